{{ config(
    materialized='incremental',
    meta={'by_year': false, 'sorted_by': ['agency_code', 'report_year', 'report_id', 'grid_no', 'grid_row']}
) }}

with unmapped as (
    select * from {{ ref('stg_lake__unmapped_cells') }}
),

reports as (
    select * from {{ ref('stg_lake__reports') }}
)

select
    unmapped.doc_id,
    reports.report_id,
    reports.agency_code,
    reports.report_year,
    unmapped.table_id,
    unmapped.grid_no,
    unmapped.grid_row,
    unmapped.grid_column,
    unmapped.text as raw_text,
    unmapped.is_number,
    unmapped.reason,
    unmapped.page,
    unmapped.locator,
    reports.is_current,
    reports.is_synthetic
from unmapped
-- Cells are known by document; they belong to the first report found in it.
inner join reports on unmapped.doc_id = reports.doc_id and reports.ordinal = 1
where {{ in_scope('reports') }}

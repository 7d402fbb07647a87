{{ config(
    materialized='incremental',
    meta={'sorted_by': ['report_id', 'item_code', 'breakdown']}
) }}

with facts as (
    select * from {{ ref('stg_lake__report_facts') }}
),

reports as (
    select * from {{ ref('stg_lake__reports') }}
)

select
    facts.report_id,
    facts.doc_id,
    facts.agency_code,
    facts.report_year,
    facts.format_id,
    facts.table_id,
    facts.block,
    facts.copy_no,
    facts.item_code,
    facts.breakdown,
    facts.value,
    facts.unit,
    facts.value_status,
    facts.raw_text,
    facts.review_status,
    facts.review_reason,
    facts.confidence,
    facts.page,
    facts.locator,
    facts.grid_no,
    facts.grid_row,
    facts.grid_column,
    facts.x0,
    facts.top,
    facts.x1,
    facts.bottom,
    facts.parser,
    facts.chosen_by,
    facts.runner_up,
    facts.correction_id,
    reports.is_current,
    reports.is_synthetic
from facts
left join reports on facts.report_id = reports.report_id
where {{ in_scope('facts') }}

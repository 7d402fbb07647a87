{{ config(
    materialized='incremental',
    meta={'by_year': false, 'sorted_by': ['agency_code', 'report_year', 'report_id', 'reading_order']}
) }}

with sections as (
    select * from {{ ref('stg_lake__report_sections') }}
),

reports as (
    select * from {{ ref('stg_lake__reports') }}
)

-- Sections are known by document; they belong to the first report found in it.
select
    reports.report_id,
    sections.doc_id,
    reports.agency_code,
    reports.report_year,
    sections.section_no,
    sections.heading,
    sections.numbering,
    sections.heading_score,
    sections.text,
    sections.reading_order,
    sections.page,
    sections.locator,
    reports.is_current,
    reports.is_synthetic
from sections
inner join reports on sections.doc_id = reports.doc_id and reports.ordinal = 1
where {{ in_scope('reports') }}

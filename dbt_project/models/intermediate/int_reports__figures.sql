{{ config(
    materialized='incremental',
    meta={'sorted_by': ['report_id']}
) }}

with wide as (
    select * from {{ ref('int_reports__wide') }}
    where {{ in_scope_with_year_before() }}
),

links as (
    select * from {{ ref('int_reports__previous') }}
),

measured as (
    select * from {{ ref('int_reports__measured') }}
)

-- <id>__n is the numerator of an indicator and <id>__d, of quotients, its denominator.
select
    wide.report_id,
    wide.report_year,
    links.previous_report_id,
    links.agency_note_zh,
    links.agency_note_en,
    concat_ws(
        '|',
        wide.report_year,
        links.previous_report_id is not null,
        {{ table_format_names('wide') }},
        {{ table_format_names('earlier') }}
    ) as pair_key,
    {{ table_formats('wide') }} as formats,
    {{ table_formats('earlier') }} as previous_formats,
    {{ figure_parts() }}
from wide
left join links on wide.report_id = links.report_id
left join wide as earlier on links.previous_report_id = earlier.report_id
left join measured on wide.report_id = measured.report_id
where {{ in_scope('wide') }}

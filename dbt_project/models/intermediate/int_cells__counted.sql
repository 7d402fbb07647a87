{{ config(materialized='incremental', meta={'sorted_by': ['report_id']}) }}

select
    facts.report_id,
    facts.doc_id,
    facts.report_year,
    count(*) as cells_expected_count,
    count(*) filter (where facts.value_status <> 'absent') as cells_found_count,
    count(*) filter (where facts.value_status = 'reported') as cells_reported_count,
    count(*) filter (where facts.value_status = 'blank') as cells_blank_count,
    count(*) filter (where facts.value_status = 'placeholder') as cells_placeholder_count,
    count(*) filter (where facts.value_status = 'text') as cells_text_count,
    count(*) filter (where facts.value_status = 'illegible') as cells_illegible_count,
    count(*) filter (where facts.value_status = 'undecided') as cells_undecided_count,
    count(*) filter (where facts.value_status = 'absent') as cells_absent_count,
    count(*) filter (where facts.review_status = 'needs_review') as cells_needs_review_count
from {{ ref('stg_lake__report_facts') }} as facts
where {{ in_scope('facts') }}
group by facts.report_id, facts.doc_id, facts.report_year

{{ config(materialized='incremental', meta={'sorted_by': ['report_id', 'concept']}) }}

with facts as (
    select * from {{ ref('stg_lake__report_facts') }}
),

reports as (
    select * from {{ ref('int_reports__current') }}
),

crosswalk as (
    select * from {{ ref('stg_lake__ref_crosswalk') }}
)

-- Few rows of very many: the comparison marts join these instead of the cells.
select
    facts.report_id,
    facts.report_year,
    crosswalk.concept,
    facts.breakdown,
    count(*) as needs_review_count
from facts
inner join reports on facts.report_id = reports.report_id
inner join crosswalk
    on facts.format_id = crosswalk.format_id and facts.item_code = crosswalk.item_code
where facts.review_status = 'needs_review' and {{ in_scope('facts') }}
group by facts.report_id, facts.report_year, crosswalk.concept, facts.breakdown

with unsure as (
    select * from {{ ref('int_facts__unsure') }}
),

indicators as (
    select * from {{ ref('stg_lake__ref_indicator') }}
),

links as (
    select * from {{ ref('int_reports__previous') }}
),

-- A cell that stands in numerator and denominator is one cell.
terms as (
    select distinct
        indicator_id,
        concept,
        breakdown,
        is_previous_year
    from {{ ref('stg_lake__ref_indicator_term') }}
    where concept is not null
),

placed as (
    select
        terms.concept,
        terms.breakdown,
        terms.is_previous_year,
        indicators.position
    from terms
    inner join indicators on terms.indicator_id = indicators.indicator_id
),

behind as (
    select
        unsure.report_id,
        placed.position,
        unsure.needs_review_count
    from unsure
    inner join placed
        on unsure.concept = placed.concept and unsure.breakdown = placed.breakdown
    where not placed.is_previous_year
    union all
    select
        links.report_id,
        placed.position,
        unsure.needs_review_count
    from unsure
    inner join links on unsure.report_id = links.previous_report_id
    inner join placed
        on unsure.concept = placed.concept and unsure.breakdown = placed.breakdown
    where placed.is_previous_year
)

select
    report_id,
    position,
    cast(sum(needs_review_count) as bigint) as needs_review_count
from behind
group by report_id, position

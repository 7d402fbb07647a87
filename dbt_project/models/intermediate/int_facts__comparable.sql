{{ config(materialized='incremental', meta={'sorted_by': ['agency_code', 'report_id']}) }}

with facts as (
    select * from {{ ref('stg_lake__report_facts') }}
),

reports as (
    select * from {{ ref('int_reports__current') }}
),

crosswalk as (
    select * from {{ ref('stg_lake__ref_crosswalk') }}
),

term_counts as (
    select
        concept,
        format_id,
        count(*) as term_count
    from crosswalk
    group by concept, format_id
),

places as (
    select
        crosswalk.concept,
        crosswalk.format_id,
        crosswalk.item_code,
        term_counts.term_count
    from crosswalk
    inner join term_counts
        on crosswalk.concept = term_counts.concept and crosswalk.format_id = term_counts.format_id
),

-- Blocks of one report may follow different forms; rare, and the only way to two terms of a
-- concept that one form prints as one.
mixed as (
    select facts.report_id
    from facts
    where {{ in_scope('facts') }}
    group by facts.report_id
    having min(facts.format_id) <> max(facts.format_id)
),

terms as (
    select
        reports.report_id,
        reports.agency_code,
        reports.agency_name,
        reports.kind,
        reports.report_year,
        reports.is_synthetic,
        places.concept,
        facts.breakdown,
        facts.format_id,
        facts.value_status,
        facts.review_status,
        places.term_count,
        places.term_count = 1 and mixed.report_id is null as is_alone,
        nullif({{ common_unit('facts.unit') }}, '') as unit,
        {{ in_common_unit('facts.value', 'facts.unit') }} as value
    from facts
    inner join reports on facts.report_id = reports.report_id
    inner join places
        on facts.format_id = places.format_id and facts.item_code = places.item_code
    left join mixed on facts.report_id = mixed.report_id
    where {{ in_scope('facts') }}
),

concepts as (
    select
        report_id,
        agency_code,
        agency_name,
        kind,
        report_year,
        is_synthetic,
        concept,
        breakdown,
        min(format_id) as format_id,
        count(distinct format_id) as format_count,
        min(unit) as unit,
        count(distinct unit) as unit_count,
        count(*) filter (where unit is null and value is not null) as unitless_count,
        max(term_count) as term_count,
        count(value) as reported_count,
        count(*) filter (where review_status = 'needs_review') as needs_review_count,
        sum(value) as value_sum,
        count(*) filter (where value_status = 'absent') as absent_count,
        count(*) filter (where value_status = 'undecided') as undecided_count,
        count(*) filter (where value_status = 'illegible') as illegible_count,
        count(*) filter (where value_status = 'text') as text_count,
        count(*) filter (where value_status = 'placeholder') as placeholder_count
    from terms
    where not is_alone
    group by
        report_id, agency_code, agency_name, kind, report_year, is_synthetic, concept, breakdown
)

select
    report_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    is_synthetic,
    concept,
    breakdown,
    format_id,
    term_count,
    reported_count,
    needs_review_count,
    -- Amounts without a printed unit may be 元 or 万元: they are kept, and never compared.
    case when unit_count = 1 and unitless_count = 0 then unit end as unit,
    -- A missing term is not zero: no sum then. Nor is there one over two units or two formats.
    case
        when
            reported_count = term_count
            and format_count = 1
            and unit_count + least(unitless_count, 1) <= 1
            then cast(value_sum as decimal(38, 6))
    end as value,
    case
        when reported_count = term_count then 'reported'
        when absent_count > 0 then 'absent'
        when undecided_count > 0 then 'undecided'
        when illegible_count > 0 then 'illegible'
        when text_count > 0 then 'text'
        when placeholder_count > 0 then 'placeholder'
        else 'blank'
    end as value_status
from concepts
union all
-- Nearly every concept is one item: nothing to add up.
select
    report_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    is_synthetic,
    concept,
    breakdown,
    format_id,
    term_count,
    cast(value is not null as bigint) as reported_count,
    cast(review_status = 'needs_review' as bigint) as needs_review_count,
    unit,
    cast(value as decimal(38, 6)) as value,
    case
        when value is not null then 'reported'
        when value_status = 'reported' then 'blank'
        else value_status
    end as value_status
from terms
where is_alone

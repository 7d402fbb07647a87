{{ config(
    materialized='incremental',
    meta={'sorted_by': ['report_id', 'document_kind']}
) }}

with reports as (
    select * from {{ ref('int_reports__wide') }}
    where {{ in_scope_with_year_before() }}
),

previous as (
    select * from {{ ref('int_reports__previous') }}
),

comparability as (
    select * from {{ ref('int_concept_groups__comparability') }}
),

breaks as (
    select * from {{ ref('int_concept_groups__breaks') }}
),

unsure as (
    select
        report_id,
        split_part(concept, '.', 1) as document_kind,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from {{ ref('int_facts__unsure') }}
    where
        split_part(concept, '.', 1) in ('government_rules', 'normative_documents')
        and split_part(concept, '.', 2) in ('issued', 'repealed', 'in_force')
    group by report_id, split_part(concept, '.', 1)
),

listed as (
    select
        report_id,
        agency_code,
        agency_name,
        kind,
        report_year,
        is_synthetic,
        proactive_disclosure_format_id as format_id,
        unnest(range(1, 3)) as position,
        unnest(['government_rules', 'normative_documents']) as document_kind,
        unnest(['规章', '行政规范性文件']) as label_zh,
        unnest(['government rules', 'administrative normative documents']) as label_en,
        unnest([government_rules__issued, normative_documents__issued]) as issued_count,
        unnest([government_rules__repealed, normative_documents__repealed]) as repealed_count,
        unnest([government_rules__in_force, normative_documents__in_force]) as in_force_count
    from reports
),

counted as (
    select
        listed.*,
        coalesce(unsure.needs_review_count, 0) as needs_review_count
    from listed
    left join unsure
        on listed.report_id = unsure.report_id and listed.document_kind = unsure.document_kind
),

-- What is compared over the years is the stock: flows alone are in cmp_item_year_over_year.
paired as (
    select
        counted.*,
        previous.previous_report_id,
        earlier.in_force_count as previous_in_force_count,
        coalesce(earlier.needs_review_count, 0) as previous_needs_review_count,
        {{ worst_rank('comparability.comparability_rank', 'breaks.comparability_rank') }}
            as comparability_rank,
        {{ year_obstacle(
            'previous.previous_report_id',
            'counted.format_id',
            'earlier.format_id',
            worst_rank('comparability.comparability_rank', 'breaks.comparability_rank'),
        ) }} as obstacle,
        comparability.note_zh as format_note_zh,
        comparability.note_en as format_note_en,
        concat_ws('；', nullif(breaks.note_zh, ''), previous.agency_note_zh) as year_note_zh,
        concat_ws('; ', nullif(breaks.note_en, ''), previous.agency_note_en) as year_note_en
    from counted
    left join previous on counted.report_id = previous.report_id
    left join counted as earlier
        on
            previous.previous_report_id = earlier.report_id
            and counted.document_kind = earlier.document_kind
    left join comparability
        on
            comparability.concept_group = counted.document_kind || '.in_force'
            and counted.format_id = comparability.format_id
            and earlier.format_id = comparability.other_format_id
    left join breaks
        on
            breaks.concept_group = counted.document_kind || '.in_force'
            and counted.report_year = breaks.first_year
),

rolled as (
    select
        *,
        case when obstacle is null then previous_in_force_count + issued_count - repealed_count end
            as expected_in_force_count
    from paired
)

select
    report_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    document_kind,
    position,
    label_zh,
    label_en,
    format_id,
    issued_count,
    repealed_count,
    in_force_count,
    issued_count - repealed_count as net_change,
    {{ share_columns('turnover_rate', 'repealed_count', 'in_force_count') }},
    {{ share_columns('renewal_rate', 'issued_count', 'in_force_count') }},
    needs_review_count,
    previous_report_id,
    previous_in_force_count,
    previous_needs_review_count,
    obstacle is null as is_comparable,
    {{ comparability_word('comparability_rank') }} as comparability,
    {{ year_note_zh('obstacle', 'format_note_zh', 'year_note_zh') }} as break_note,
    {{ year_note_en('obstacle', 'format_note_en', 'year_note_en') }} as break_note_en,
    expected_in_force_count,
    in_force_count - expected_in_force_count as stock_difference,
    in_force_count = expected_in_force_count as stock_adds_up,
    is_synthetic
from rolled
where {{ in_scope() }}

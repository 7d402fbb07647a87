{{ config(
    materialized='incremental',
    meta={'sorted_by': ['agency_code', 'report_id', 'indicator_id']}
) }}

with reports as (
    select * from {{ ref('int_reports__wide') }}
    where {{ in_scope() }}
),

figures as (
    select * from {{ ref('int_reports__figures') }}
    where {{ in_scope_with_year_before() }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

compared as (
    select
        *,
        dense_rank() over (order by pair_key) as pair_no
    from {{ ref('int_figures__compared') }}
),

pairs as (
    select distinct
        pair_key,
        pair_no
    from compared
),

unsure as (
    select
        report_id,
        list(position) as places,
        list(needs_review_count) as counts
    from {{ ref('int_figures__unsure') }}
    group by report_id
),

-- All that is joined by text is joined while there is one row per report.
described as (
    select
        reports.agency_code,
        reports.agency_name,
        reports.kind,
        reports.report_year,
        reports.report_id,
        reports.is_synthetic,
        figures.previous_report_id,
        figures.agency_note_zh,
        figures.agency_note_en,
        pairs.pair_no,
        unsure.places,
        unsure.counts,
        {{ figure_numerators('figures') }} as numerators,
        {{ figure_denominators('figures') }} as denominators,
        {{ figure_numerators('earlier') }} as previous_numerators,
        {{ figure_denominators('earlier') }} as previous_denominators
    from reports
    inner join figures on reports.report_id = figures.report_id
    inner join pairs on figures.pair_key = pairs.pair_key
    left join figures as earlier on figures.previous_report_id = earlier.report_id
    left join unsure on reports.report_id = unsure.report_id
),

-- A row per figure by taking lists apart, place by place: no cell is read again.
taken as (
    select
        * exclude (numerators, denominators, previous_numerators, previous_denominators),
        unnest({{ figure_places() }}) as position,
        unnest(numerators) as numerator,
        unnest(denominators) as denominator,
        unnest(previous_numerators) as previous_numerator,
        unnest(previous_denominators) as previous_denominator
    from described
),

valued as (
    select
        taken.*,
        indicators.indicator_id,
        indicators.kind as figure_kind,
        indicators.unit,
        indicators.minimum_denominator,
        case
            when indicators.kind not in ('ratio', 'share') or taken.denominator is not null
                then taken.numerator
        end as upper_part,
        case when taken.numerator is not null then taken.denominator end as lower_part,
        case
            when indicators.kind in ('ratio', 'share')
                then {{ safe_ratio('taken.numerator', 'taken.denominator') }} * indicators.per
            else cast(taken.numerator as double)
        end as value,
        case
            when indicators.kind in ('ratio', 'share')
                then
                    {{ safe_ratio('taken.previous_numerator', 'taken.previous_denominator') }}
                    * indicators.per
            else cast(taken.previous_numerator as double)
        end as previous_value
    from taken
    inner join indicators on taken.position = indicators.position
)

select
    valued.agency_code,
    valued.agency_name,
    valued.kind,
    valued.report_year,
    valued.report_id,
    valued.indicator_id,
    valued.unit,
    valued.value,
    valued.upper_part as numerator,
    valued.lower_part as denominator,
    coalesce(valued.counts[list_position(valued.places, valued.position)], 0) as needs_review_count,
    valued.value is not null
    and coalesce(valued.lower_part >= valued.minimum_denominator, true) as is_shown,
    case
        when valued.figure_kind = 'share'
            then {{ wilson_low('valued.upper_part', 'valued.lower_part') }}
    end as wilson_low,
    case
        when valued.figure_kind = 'share'
            then {{ wilson_high('valued.upper_part', 'valued.lower_part') }}
    end as wilson_high,
    valued.previous_report_id,
    valued.previous_value,
    case when compared.is_comparable then valued.value - valued.previous_value end as change,
    compared.is_comparable,
    compared.comparability,
    {{ joined_notes('；', 'compared.break_note', 'valued.agency_note_zh') }} as break_note,
    {{ joined_notes('; ', 'compared.break_note_en', 'valued.agency_note_en') }} as break_note_en,
    valued.is_synthetic
from valued
inner join compared
    on valued.pair_no = compared.pair_no and valued.position = compared.position

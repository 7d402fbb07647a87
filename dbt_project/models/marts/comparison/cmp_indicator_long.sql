with reports as (
    select * from {{ ref('int_reports__wide') }}
),

figures as (
    select * from {{ ref('int_reports__figures') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

compared as (
    select * from {{ ref('int_figures__compared') }}
),

unsure as (
    select * from {{ ref('int_figures__unsure') }}
),

-- A row per figure by taking lists apart, place by place: no cell is read again.
taken as (
    select
        figures.report_id,
        figures.previous_report_id,
        figures.pair_key,
        unnest({{ figure_places() }}) as position,
        unnest({{ figure_numerators('figures') }}) as numerator,
        unnest({{ figure_denominators('figures') }}) as denominator,
        unnest({{ figure_numerators('earlier') }}) as previous_numerator,
        unnest({{ figure_denominators('earlier') }}) as previous_denominator
    from figures
    left join figures as earlier on figures.previous_report_id = earlier.report_id
),

valued as (
    select
        taken.report_id,
        taken.previous_report_id,
        taken.pair_key,
        indicators.indicator_id,
        indicators.position,
        indicators.kind,
        indicators.unit,
        indicators.minimum_denominator,
        case
            when indicators.kind not in ('ratio', 'share') or taken.denominator is not null
                then taken.numerator
        end as numerator,
        case when taken.numerator is not null then taken.denominator end as denominator,
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
    reports.agency_code,
    reports.agency_name,
    reports.kind,
    reports.report_year,
    reports.report_id,
    valued.indicator_id,
    valued.unit,
    valued.value,
    valued.numerator,
    valued.denominator,
    coalesce(unsure.needs_review_count, 0) as needs_review_count,
    valued.value is not null
    and coalesce(valued.denominator >= valued.minimum_denominator, true) as is_shown,
    case
        when valued.kind = 'share'
            then {{ wilson_low('valued.numerator', 'valued.denominator') }}
    end as wilson_low,
    case
        when valued.kind = 'share'
            then {{ wilson_high('valued.numerator', 'valued.denominator') }}
    end as wilson_high,
    valued.previous_report_id,
    valued.previous_value,
    case when compared.is_comparable then valued.value - valued.previous_value end as change,
    compared.is_comparable,
    compared.comparability,
    compared.break_note,
    compared.break_note_en,
    reports.is_synthetic
from valued
inner join reports on valued.report_id = reports.report_id
inner join compared
    on valued.pair_key = compared.pair_key and valued.position = compared.position
left join unsure
    on valued.report_id = unsure.report_id and valued.position = unsure.position

{{ config(
    materialized='incremental',
    meta={
        'slice': ['report_year', 'is_synthetic'],
        'sorted_by': ['region_code', 'kind_group', 'government_tier', 'indicator_id', 'is_synthetic']
    }
) }}

with members as (
    select
        *,
        dense_rank() over (
            order by region_code, kind_group, government_tier, report_year, is_synthetic
        ) as group_no
    from {{ ref('int_reports__regions') }}
    where {{ in_scope() }}
),

figures as (
    select * from {{ ref('cmp_indicator_long') }}
    where value is not null and {{ in_scope() }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

compared as (
    select * from {{ ref('int_figures__compared') }}
),

coverage as (
    {{ coverage_by_group(ref('cmp_coverage_agency')) }}
),

groups as (
    select
        group_no,
        any_value(region_tier) as region_tier,
        any_value(region_code) as region_code,
        any_value(region_name) as region_name,
        any_value(kind_group) as kind_group,
        any_value(government_tier) as government_tier,
        any_value(report_year) as report_year,
        any_value(is_synthetic) as is_synthetic,
        count(*) as agency_count
    from members
    group by group_no
),

-- Pooled over everybody who has the figure; the spread only over those whose denominator is large
-- enough for a rate to mean something.
pooled as (
    select
        members.group_no,
        indicators.position,
        count(*) as reporting_count,
        cast(sum(figures.numerator) as decimal(38, 6)) as numerator_sum,
        cast(sum(figures.denominator) as decimal(38, 6)) as denominator_sum,
        count(*) filter (where figures.is_shown) as spread_count,
        quantile_cont(figures.value, [0.1, 0.5, 0.9]) filter (where figures.is_shown) as quantiles,
        avg(figures.value) filter (where figures.is_shown) as simple_mean,
        min(figures.value) as smallest,
        sum(figures.value * figures.value) as squares,
        cast(sum(figures.needs_review_count) as bigint) as needs_review_count
    from figures
    inner join indicators on figures.indicator_id = indicators.indicator_id
    inner join members on figures.report_id = members.report_id
    group by members.group_no, indicators.position
)

select
    groups.region_tier,
    groups.region_code,
    groups.region_name,
    groups.kind_group,
    groups.government_tier,
    groups.report_year,
    indicators.indicator_id,
    indicators.unit,
    case
        when indicators.kind in ('ratio', 'share')
            then {{ safe_ratio('pooled.numerator_sum', 'pooled.denominator_sum') }} * indicators.per
        else cast(pooled.numerator_sum as double)
    end as pooled_value,
    pooled.numerator_sum as pooled_value_numerator,
    pooled.denominator_sum as pooled_value_denominator,
    pooled.spread_count > 0
    and coalesce(pooled.denominator_sum >= indicators.minimum_denominator, true) as is_shown,
    groups.agency_count,
    pooled.reporting_count,
    pooled.spread_count,
    pooled.quantiles[1] as p10,
    pooled.quantiles[2] as p50,
    pooled.quantiles[3] as p90,
    pooled.simple_mean,
    -- Shares of a total: for amounts that add up and are not negative.
    case
        when
            indicators.kind in ('count', 'sum')
            and pooled.smallest >= 0
            and pooled.numerator_sum > 0
            then
                pooled.squares
                / (cast(pooled.numerator_sum as double) * cast(pooled.numerator_sum as double))
    end as concentration_hhi,
    pooled.needs_review_count,
    coalesce(compared.is_comparable, false) as is_comparable,
    compared.comparability,
    case
        when compared.obstacle = 'no_report' then '没有上一年度的格式'
        else compared.break_note
    end as break_note,
    case
        when compared.obstacle = 'no_report' then 'no form of the year before is known'
        else compared.break_note_en
    end as break_note_en,
    coverage.received_expected_count as coverage_ratio_numerator,
    coverage.expected_count as coverage_ratio_denominator,
    {{ safe_ratio('coverage.received_expected_count', 'coverage.expected_count') }}
        as coverage_ratio,
    groups.is_synthetic
from pooled
inner join groups on pooled.group_no = groups.group_no
inner join indicators on pooled.position = indicators.position
left join compared
    on
        {{ pair_in_force('groups.report_year') }} = compared.pair_key
        and pooled.position = compared.position
left join coverage
    on
        groups.region_code = coverage.region_code
        and groups.kind_group = coverage.kind_group
        and groups.government_tier = coverage.government_tier
        and groups.report_year = coverage.report_year
        and groups.is_synthetic = coverage.is_synthetic

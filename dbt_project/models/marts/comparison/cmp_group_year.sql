with members as (
    select * from {{ ref('int_reports__regions') }}
),

reports as (
    select
        report_id,
        applications__received__total as received,
        needs_review_count
    from {{ ref('int_reports__wide') }}
),

population as (
    select * from {{ ref('int_population__listed') }}
),

coverage as (
    {{ coverage_by_group(ref('cmp_coverage_agency')) }}
),

ranked as (
    select
        members.region_tier,
        members.region_code,
        members.region_name,
        members.kind_group,
        members.government_tier,
        members.report_year,
        members.is_synthetic,
        reports.received,
        reports.needs_review_count,
        row_number() over (
            partition by
                members.region_code, members.kind_group, members.government_tier,
                members.report_year, members.is_synthetic
            order by reports.received desc nulls last
        ) as place,
        count(reports.received) over (
            partition by
                members.region_code, members.kind_group, members.government_tier,
                members.report_year, members.is_synthetic
        ) as reporting_count
    from members
    inner join reports on members.report_id = reports.report_id
),

-- A tenth of fewer than ten agencies is not one agency: no share then.
counted as (
    select
        region_tier,
        region_code,
        region_name,
        kind_group,
        government_tier,
        report_year,
        is_synthetic,
        count(*) as agency_count,
        max(reporting_count) as reporting_count,
        count(*) filter (where received = 0) as zero_count,
        cast(sum(received) as decimal(38, 6)) as received_sum,
        case
            when max(reporting_count) >= 10 then cast(ceil(max(reporting_count) / 10.0) as bigint)
        end as top_count,
        case
            when max(reporting_count) >= 10
                then
                    cast(
                        sum(received) filter (where place <= ceil(reporting_count / 10.0))
                        as decimal(38, 6)
                    )
        end as top_sum,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from ranked
    group by
        region_tier, region_code, region_name, kind_group, government_tier, report_year,
        is_synthetic
),

-- Population belongs to all units of a region together, and to the government of the region itself.
peopled as (
    select
        counted.*,
        population.population,
        coverage.received_expected_count,
        coverage.expected_count
    from counted
    left join population
        on
            counted.region_code = population.division_code
            and counted.report_year = population.report_year
            and counted.is_synthetic = population.is_synthetic
            and (
                counted.kind_group = 'all_units' or counted.government_tier = counted.region_tier
            )
    left join coverage
        on
            counted.region_code = coverage.region_code
            and counted.kind_group = coverage.kind_group
            and counted.government_tier = coverage.government_tier
            and counted.report_year = coverage.report_year
            and counted.is_synthetic = coverage.is_synthetic
)

select
    region_tier,
    region_code,
    region_name,
    kind_group,
    government_tier,
    report_year,
    agency_count,
    reporting_count,
    received_sum,
    zero_count as zero_request_share_numerator,
    reporting_count as zero_request_share_denominator,
    {{ safe_ratio('zero_count', 'reporting_count') }} as zero_request_share,
    top_count,
    top_sum as top_tenth_share_numerator,
    received_sum as top_tenth_share_denominator,
    {{ safe_ratio('top_sum', 'received_sum') }} as top_tenth_share,
    received_sum * 100000 as requests_per_100k_numerator,
    population as requests_per_100k_denominator,
    {{ safe_ratio('received_sum * 100000', 'population') }} as requests_per_100k,
    received_expected_count as coverage_ratio_numerator,
    expected_count as coverage_ratio_denominator,
    {{ safe_ratio('received_expected_count', 'expected_count') }} as coverage_ratio,
    needs_review_count,
    is_synthetic
from peopled

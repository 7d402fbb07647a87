with reports as (
    select * from {{ ref('int_reports__wide') }}
),

agencies as (
    select * from {{ ref('dim_agency') }}
),

places as (
    select
        agency_code,
        is_synthetic,
        province_code,
        prefecture_code,
        county_code,
        coalesce(county_code, prefecture_code, province_code) as home_code
    from {{ ref('int_agencies__hierarchy') }}
),

divisions as (
    select * from {{ ref('dim_division') }}
),

comparability as (
    select * from {{ ref('int_formats__comparability') }}
),

coverage as (
    select * from {{ ref('cmp_coverage_agency') }}
    where is_expected
),

concepts (concept, table_id, slot) as (
    {{ wide_totals('concept') }}
),

-- Whose figures a government's report should hold: its own office (which stands for the
-- government itself), departments, zones, towns and streets, and the governments one level down.
-- Vertical systems report to their own head office. Branches of higher departments, institutions
-- and others file by local custom: they count where the register puts them right under the
-- government, and being on a roster is not enough.
members as (
    select
        agencies.agency_code,
        agencies.is_synthetic,
        agencies.kind,
        places.home_code,
        case
            when agencies.kind <> 'gov' then places.home_code
            when places.county_code is not null
                then coalesce(places.prefecture_code, places.province_code)
            when places.prefecture_code is not null then places.province_code
        end as region_code,
        agencies.kind in ('gov', 'township', 'street') as is_below
    from agencies
    inner join places
        on
            agencies.agency_code = places.agency_code
            and agencies.is_synthetic = places.is_synthetic
    left join agencies as above
        on
            agencies.parent = above.agency_code
            and agencies.is_synthetic = above.is_synthetic
            and above.kind = 'gov'
    where
        agencies.kind <> 'vertical'
        and agencies.vertical_system is null
        and (
            agencies.kind in ('gov', 'gov_office', 'dept', 'zone', 'township', 'street')
            or above.agency_code is not null
        )
),

listed as (
    select distinct
        agency_code,
        report_year,
        is_synthetic
    from coverage
    where agency_code is not null
),

parents as (
    select
        reports.*,
        members.home_code as region_code
    from reports
    inner join members
        on
            reports.agency_code = members.agency_code
            and reports.is_synthetic = members.is_synthetic
    where members.kind = 'gov' and members.home_code is not null
),

-- A region has one government. Two registered for it cannot be told apart here: none is judged.
governments as (
    select
        region_code,
        report_year,
        is_synthetic,
        count(*) as government_count
    from parents
    group by region_code, report_year, is_synthetic
),

children as (
    select
        reports.*,
        members.region_code,
        listed.agency_code is not null or members.is_below as is_expected_here,
        listed.agency_code is null and not members.is_below as is_unlisted
    from reports
    inner join members
        on
            reports.agency_code = members.agency_code
            and reports.is_synthetic = members.is_synthetic
    left join listed
        on
            reports.agency_code = listed.agency_code
            and reports.report_year = listed.report_year
            and reports.is_synthetic = listed.is_synthetic
    where members.region_code is not null
),

-- Who should have filed: units on a roster of the region, and everybody one level down whether or
-- not the roster goes so far.
listed_units as (
    select
        coalesce(members.region_code, coverage.region_code) as region_code,
        coverage.report_year,
        coverage.is_synthetic,
        count(*) filter (where not coalesce(members.is_below, false)) as unit_count,
        count(*) filter (where members.is_below) as below_count
    from coverage
    left join agencies
        on
            coverage.agency_code = agencies.agency_code
            and coverage.is_synthetic = agencies.is_synthetic
    left join members
        on
            coverage.agency_code = members.agency_code
            and coverage.is_synthetic = members.is_synthetic
    where
        -- A roster lists others too: vertical bodies, and the government whose roster it is.
        (agencies.agency_code is null or members.agency_code is not null)
        and (members.agency_code is null or members.region_code is not null)
    group by all
),

years as (
    select distinct
        report_year,
        is_synthetic
    from reports
),

below as (
    select
        case divisions.tier
            when 'township' then divisions.county_code
            when 'county' then coalesce(divisions.prefecture_code, divisions.province_code)
            when 'prefecture' then divisions.province_code
        end as region_code,
        years.report_year,
        years.is_synthetic,
        count(distinct divisions.division_code) as division_count
    from divisions
    inner join years
        on
            divisions.is_synthetic = years.is_synthetic
            and coalesce(divisions.valid_from, make_date(years.report_year, 12, 31))
            <= make_date(years.report_year, 12, 31)
            and coalesce(divisions.valid_to, make_date(years.report_year + 1, 1, 1))
            > make_date(years.report_year, 12, 31)
    where divisions.tier <> 'province'
    group by all
),

expected as (
    select
        listed_units.region_code,
        listed_units.report_year,
        listed_units.is_synthetic,
        listed_units.unit_count
        + greatest(listed_units.below_count, coalesce(below.division_count, 0)) as expected_count
    from listed_units
    left join below
        on
            listed_units.region_code = below.region_code
            and listed_units.report_year = below.report_year
            and listed_units.is_synthetic = below.is_synthetic
    where listed_units.unit_count > 0
),

child_values as (
    select
        region_code,
        report_year,
        is_synthetic,
        is_expected_here,
        unnest({{ wide_totals('slot') }}) as slot,
        unnest({{ wide_totals('column') }}) as value
    from children
),

sums as (
    select
        region_code,
        report_year,
        is_synthetic,
        slot,
        cast(sum(value) as decimal(38, 6)) as children_sum,
        max(value) as children_max,
        count(value) as reporting_count,
        count(value) filter (where is_expected_here) as reporting_expected_count
    from child_values
    where value is not null
    group by region_code, report_year, is_synthetic, slot
),

received as (
    select
        region_code,
        report_year,
        is_synthetic,
        count(*) as received_count,
        count(*) filter (where is_unlisted) as unlisted_count,
        cast(sum(needs_review_count) as bigint) as needs_review_count
    from children
    group by region_code, report_year, is_synthetic
),

child_formats as (
    select distinct
        region_code,
        report_year,
        is_synthetic,
        unnest(['proactive_disclosure', 'applications', 'disputes']) as table_id,
        unnest([
            proactive_disclosure_format_id, applications_format_id, disputes_format_id
        ]) as format_id
    from children
),

parent_formats as (
    select
        region_code,
        report_year,
        is_synthetic,
        unnest(['proactive_disclosure', 'applications', 'disputes']) as table_id,
        unnest([
            proactive_disclosure_format_id, applications_format_id, disputes_format_id
        ]) as format_id
    from parents
),

breaks as (
    select
        parent_formats.region_code,
        parent_formats.report_year,
        parent_formats.is_synthetic,
        concepts.slot,
        max(coalesce(comparability.comparability_rank, 2)) as comparability_rank
    from parent_formats
    inner join child_formats
        on
            parent_formats.region_code = child_formats.region_code
            and parent_formats.report_year = child_formats.report_year
            and parent_formats.is_synthetic = child_formats.is_synthetic
            and parent_formats.table_id = child_formats.table_id
            and (
                parent_formats.format_id <> child_formats.format_id
                or {{ is_mixed_form('parent_formats.format_id') }}
            )
    inner join concepts on parent_formats.table_id = concepts.table_id
    left join comparability
        on
            concepts.concept = comparability.concept
            and parent_formats.format_id = comparability.format_id
            and child_formats.format_id = comparability.other_format_id
    group by all
),

parent_values as (
    select
        report_id,
        agency_code,
        agency_name,
        region_code,
        report_year,
        is_synthetic,
        needs_review_count,
        unnest({{ wide_totals('slot') }}) as slot,
        unnest({{ wide_totals('column') }}) as value
    from parents
),

joined as (
    select
        parent_values.report_id,
        parent_values.agency_code,
        parent_values.agency_name,
        parent_values.region_code,
        parent_values.report_year,
        concepts.concept,
        concepts.table_id,
        parent_values.value as parent_value,
        sums.children_sum,
        sums.children_max,
        expected.expected_count,
        coalesce(received.received_count, 0) as received_count,
        coalesce(sums.reporting_count, 0) as reporting_count,
        coalesce(received.unlisted_count, 0) as unlisted_count,
        case
            when expected.expected_count is not null
                then coalesce(sums.reporting_expected_count, 0)
        end as reporting_expected_count,
        coalesce(breaks.comparability_rank, 0) as comparability_rank,
        governments.government_count,
        parent_values.needs_review_count
        + coalesce(received.needs_review_count, 0) as needs_review_count,
        parent_values.is_synthetic
    from parent_values
    inner join concepts on parent_values.slot = concepts.slot
    inner join governments
        on
            parent_values.region_code = governments.region_code
            and parent_values.report_year = governments.report_year
            and parent_values.is_synthetic = governments.is_synthetic
    left join sums
        on
            parent_values.region_code = sums.region_code
            and parent_values.report_year = sums.report_year
            and parent_values.is_synthetic = sums.is_synthetic
            and parent_values.slot = sums.slot
    left join received
        on
            parent_values.region_code = received.region_code
            and parent_values.report_year = received.report_year
            and parent_values.is_synthetic = received.is_synthetic
    left join expected
        on
            parent_values.region_code = expected.region_code
            and parent_values.report_year = expected.report_year
            and parent_values.is_synthetic = expected.is_synthetic
    left join breaks
        on
            parent_values.region_code = breaks.region_code
            and parent_values.report_year = breaks.report_year
            and parent_values.is_synthetic = breaks.is_synthetic
            and parent_values.slot = breaks.slot
    -- A concept that neither prints is no row.
    where parent_values.value is not null or sums.children_sum is not null
),

judged as (
    select
        *,
        case
            when government_count > 1 then 'two_governments'
            when parent_value is null then 'no_parent_value'
            when comparability_rank = 2 then 'other_form'
            when expected_count is null then 'no_roster'
            when reporting_expected_count < expected_count then 'incomplete'
        end as obstacle
    from joined
)

select
    report_id,
    agency_code,
    agency_name,
    region_code,
    report_year,
    concept,
    parent_value,
    children_sum,
    parent_value - children_sum as difference,
    children_max,
    parent_value < children_max as is_below_largest_child,
    expected_count,
    received_count,
    reporting_count,
    unlisted_count,
    reporting_expected_count as coverage_ratio_numerator,
    expected_count as coverage_ratio_denominator,
    {{ safe_ratio('reporting_expected_count', 'expected_count') }} as coverage_ratio,
    case
        when obstacle is not null then 'not_judged'
        when parent_value = children_sum then 'agrees'
        else 'differs'
    end as verdict,
    obstacle is null as is_comparable,
    nullif(concat_ws(
        '；',
        case obstacle
            when 'two_governments' then '该地区登记了不止一个政府'
            when 'no_parent_value' then '政府报告没有此数'
            when 'other_form' then '部分单位所用格式的口径与政府报告不可比'
            when 'no_roster' then '没有应报名单，不知是否报齐'
            when 'incomplete' then '单位未报齐，差额不能说明问题'
        end,
        case when comparability_rank = 1 then '部分单位所用格式的口径与政府报告近似' end,
        case when unlisted_count > 0 then '合计含不在名单上的单位' end,
        case
            when starts_with(concept, 'litigation.')
                then '国办公开办函〔2016〕201号：复议机关作共同被告的，只由原行为机关统计'
        end
    ), '') as break_note,
    nullif(concat_ws(
        '; ',
        case obstacle
            when 'two_governments' then 'more than one government is registered for the region'
            when 'no_parent_value' then 'the government reports no such figure'
            when 'other_form'
                then 'some units follow a form whose definition cannot be compared'
            when 'no_roster' then 'without a roster nobody knows whether all units reported'
            when 'incomplete' then 'not all units reported, so the difference proves nothing'
        end,
        case
            when comparability_rank = 1 then 'some units follow a form of similar definition'
        end,
        case when unlisted_count > 0 then 'the sum holds units that no roster lists' end,
        case
            when starts_with(concept, 'litigation.')
                then 'a suit against the reconsideration body too counts once (reply 201 of 2016)'
        end
    ), '') as break_note_en,
    needs_review_count,
    is_synthetic
from judged

{%- set due_by_law = "'gov_office', 'dept', 'vertical', 'dual', 'state_council_dept'" -%}
{%- set due_by_practice = "'zone', 'township', 'street', 'outpost'" -%}
with lines as (
    select * from {{ ref('int_rosters__listed') }}
    where is_expected
),

versions as (
    select * from {{ ref('fct_report_version') }}
),

agencies as (
    select * from {{ ref('dim_agency') }}
),

hierarchy as (
    select
        agency_code,
        is_synthetic,
        division_code,
        province_code,
        prefecture_code,
        county_code,
        coalesce(county_code, prefecture_code, province_code) as home_code
    from {{ ref('int_agencies__hierarchy') }}
),

divisions as (
    select
        division_code,
        division_name,
        province_code,
        prefecture_code,
        county_code
    from {{ ref('dim_division') }}
    qualify row_number() over (
        partition by division_code order by is_current desc, valid_from desc nulls last
    ) = 1
),

-- A report is as late as its first version; corrections come later and are no delay.
received as (
    select
        agency_code,
        report_year,
        is_synthetic,
        max(report_id) filter (where is_current) as report_id,
        max(version_count) as version_count,
        min(published_on) as first_published_on,
        bool_and(is_dated) as is_dated
    from versions
    group by agency_code, report_year, is_synthetic
    having bool_or(is_current)
),

-- Names that the register does not have: a provisional agency is meant where it alone has the
-- name, one line alone asks for it, and it is not known to be outside the region of the roster.
-- Anything else is left open.
provisional as (
    select
        alone.agency_name,
        alone.is_synthetic,
        alone.agency_code,
        case
            when hierarchy.division_code is not null
                then
                    [
                        hierarchy.division_code,
                        hierarchy.county_code,
                        hierarchy.prefecture_code,
                        hierarchy.province_code
                    ]
        end as known_places
    from (
        select
            agency_name,
            is_synthetic,
            min(agency_code) as agency_code
        from agencies
        group by agency_name, is_synthetic
        having count(*) = 1 and not bool_or(is_registered)
    ) as alone
    left join hierarchy
        on
            alone.agency_code = hierarchy.agency_code
            and alone.is_synthetic = hierarchy.is_synthetic
),

named_once as (
    select
        report_year,
        agency_name,
        is_synthetic
    from lines
    where agency_code is null
    group by report_year, agency_name, is_synthetic
    having count(*) = 1
),

expected as (
    select
        lines.region_code,
        lines.report_year,
        lines.agency_name,
        lines.due_on,
        lines.source_file,
        lines.line_no,
        lines.is_synthetic,
        coalesce(lines.agency_code, provisional.agency_code) as agency_code,
        case
            when lines.agency_code is not null then 'register'
            when provisional.agency_code is not null then 'name'
        end as matched_by
    from lines
    left join named_once
        on
            lines.agency_code is null
            and lines.report_year = named_once.report_year
            and lines.agency_name = named_once.agency_name
            and lines.is_synthetic = named_once.is_synthetic
    left join provisional
        on
            named_once.agency_name = provisional.agency_name
            and named_once.is_synthetic = provisional.is_synthetic
            and (
                provisional.known_places is null
                or list_contains(provisional.known_places, lines.region_code)
            )
),

-- A roster speaks for its region and for the places of the units on it. The governments on it
-- say nothing of the units below them.
covered as (
    select
        region_code,
        report_year,
        is_synthetic,
        region_code as home_code
    from expected
    union
    select
        expected.region_code,
        expected.report_year,
        expected.is_synthetic,
        hierarchy.home_code
    from expected
    inner join agencies
        on
            expected.agency_code = agencies.agency_code
            and expected.is_synthetic = agencies.is_synthetic
    inner join hierarchy
        on
            expected.agency_code = hierarchy.agency_code
            and expected.is_synthetic = hierarchy.is_synthetic
    where agencies.kind not in ('gov', 'gov_office') and hierarchy.home_code is not null
),

nearest as (
    select *
    from covered
    qualify row_number() over (
        partition by home_code, report_year, is_synthetic
        order by (region_code = home_code) desc, region_code desc
    ) = 1
),

unlisted as (
    select
        received.agency_code,
        received.report_year,
        received.is_synthetic,
        agencies.agency_name,
        coalesce(nearest.region_code, hierarchy.home_code) as region_code,
        case when nearest.region_code is not null then false end as is_expected
    from received
    inner join agencies
        on
            received.agency_code = agencies.agency_code
            and received.is_synthetic = agencies.is_synthetic
    left join hierarchy
        on
            received.agency_code = hierarchy.agency_code
            and received.is_synthetic = hierarchy.is_synthetic
    left join nearest
        on
            hierarchy.home_code = nearest.home_code
            and received.report_year = nearest.report_year
            and received.is_synthetic = nearest.is_synthetic
    where
        not exists (
            select 1
            from expected
            where
                expected.agency_code = received.agency_code
                and expected.report_year = received.report_year
                and expected.is_synthetic = received.is_synthetic
        )
),

listed as (
    select
        region_code,
        report_year,
        agency_code,
        agency_name,
        true as is_expected,
        matched_by,
        due_on,
        source_file,
        line_no,
        is_synthetic
    from expected
    union all
    select
        region_code,
        report_year,
        agency_code,
        agency_name,
        is_expected,
        cast(null as varchar) as matched_by,
        cast(null as date) as due_on,
        cast(null as varchar) as source_file,
        cast(null as integer) as line_no,
        is_synthetic
    from unlisted
),

-- Article 49: governments by 31 March, departments by 31 January. It does not name townships and
-- some others, which keep the earlier day by practice; for the rest only a roster can set a day.
judged as (
    select
        listed.region_code,
        divisions.division_name as region_name,
        -- An agency of unknown place is taken to be where the roster is that lists it.
        coalesce(hierarchy.province_code, divisions.province_code) as province_code,
        case
            when hierarchy.province_code is null then divisions.prefecture_code
            else hierarchy.prefecture_code
        end as prefecture_code,
        case
            when hierarchy.province_code is null then divisions.county_code
            else hierarchy.county_code
        end as county_code,
        listed.report_year,
        listed.agency_code,
        listed.agency_name,
        coalesce(agencies.kind, 'unknown') as kind,
        listed.is_expected,
        listed.matched_by,
        coalesce(
            listed.due_on,
            case
                when agencies.kind = 'gov' then make_date(listed.report_year + 1, 3, 31)
                when agencies.kind in ({{ due_by_law }}, {{ due_by_practice }})
                    then make_date(listed.report_year + 1, 1, 31)
            end
        ) as due_on,
        case
            when listed.due_on is not null then 'roster'
            when agencies.kind in ('gov', {{ due_by_law }}) then 'law'
            when agencies.kind in ({{ due_by_practice }}) then 'practice'
        end as due_basis,
        received.report_id,
        coalesce(received.version_count, 0) as version_count,
        received.first_published_on,
        received.is_dated,
        listed.source_file,
        listed.line_no,
        listed.is_synthetic
    from listed
    left join agencies
        on
            listed.agency_code = agencies.agency_code
            and listed.is_synthetic = agencies.is_synthetic
    left join received
        on
            listed.agency_code = received.agency_code
            and listed.report_year = received.report_year
            and listed.is_synthetic = received.is_synthetic
    left join hierarchy
        on
            listed.agency_code = hierarchy.agency_code
            and listed.is_synthetic = hierarchy.is_synthetic
    left join divisions on listed.region_code = divisions.division_code
),

-- A version without a date may have been out before the dated one: on time stays certain, late not.
timed as (
    select
        *,
        case
            when report_id is null then null
            when first_published_on <= due_on then 'on_time'
            when due_on is null or first_published_on is null or not is_dated then 'unknown'
            else 'late'
        end as timeliness
    from judged
)

select
    region_code,
    region_name,
    province_code,
    prefecture_code,
    county_code,
    report_year,
    agency_code,
    agency_name,
    kind,
    is_expected,
    case
        when not is_expected then 'not_expected'
        when timeliness = 'on_time' then 'received_on_time'
        when timeliness = 'late' then 'late'
        when timeliness = 'unknown' then 'received_undated'
        when agency_code is null then 'unmatched'
        else 'missing'
    end as status,
    timeliness,
    matched_by,
    due_on,
    due_basis,
    report_id,
    version_count,
    first_published_on,
    case when timeliness in ('on_time', 'late') then first_published_on - due_on end as days_late,
    source_file,
    line_no,
    is_synthetic
from timed

{{ config(
    materialized='incremental',
    meta={
        'slice': ['report_year', 'is_synthetic'],
        'sorted_by': ['peer_group_id', 'peer_scope', 'indicator_id', 'is_synthetic', 'agency_code']
    }
) }}

with rankings as (
    select * from {{ ref('int_rankings__listed') }}
),

figures as (
    select * from {{ ref('cmp_indicator_long') }}
    where {{ in_scope() }}
),

misfiled as (
    select * from {{ ref('int_indicators__misfiled') }}
),

-- Windows and joins over millions of rows carry numbers only: of the list of peers, of the figure,
-- and of the slice (list, year and indicator) within which agencies are ranked.
members as (
    select
        *,
        dense_rank() over (order by is_synthetic, peer_group_id, peer_scope) as peer_no
    from {{ ref('int_agencies__grouped') }}
),

scopes as (
    select distinct
        peer_no,
        peer_group_id,
        peer_scope,
        peer_scope_name
    from members
),

-- A report that leaves a term out has nothing to list: cmp_coverage counts those.
judged as (
    select
        figures.report_id,
        figures.agency_code,
        figures.agency_name,
        figures.report_year,
        figures.is_synthetic,
        rankings.indicator_id,
        rankings.position as indicator_no,
        rankings.minimum_denominator,
        rankings.alternative_indicator_id,
        figures.value,
        figures.numerator,
        figures.denominator,
        figures.wilson_low,
        figures.wilson_high,
        figures.needs_review_count,
        misfiled.comparability_rank,
        misfiled.note_zh,
        misfiled.note_en,
        case
            when misfiled.comparability_rank = 2 then 'not_comparable'
            when figures.denominator < rankings.minimum_denominator then 'small_base'
            when figures.value is null then 'no_value'
        end as obstacle,
        row_number() over () as figure_no
    from figures
    inner join rankings on figures.indicator_id = rankings.indicator_id
    left join misfiled
        on
            figures.report_id = misfiled.report_id
            and figures.indicator_id = misfiled.indicator_id
    where figures.numerator is not null
),

alternatives as (
    select
        judged.figure_no,
        figures.value
    from judged
    inner join figures
        on
            judged.report_id = figures.report_id
            and judged.alternative_indicator_id = figures.indicator_id
    where figures.is_shown
),

listed as (
    select
        judged.figure_no,
        members.peer_no,
        (members.peer_no * 10000 + judged.report_year) * 1000 + judged.indicator_no as slice_no,
        judged.obstacle is null as is_candidate,
        judged.value,
        judged.wilson_low,
        judged.wilson_high
    from judged
    inner join members
        on
            judged.agency_code = members.agency_code
            and judged.is_synthetic = members.is_synthetic
),

slices as (
    select
        slice_no,
        count(*) as listed_count,
        count(*) filter (where is_candidate) as peer_count,
        count(*) filter (where is_candidate and wilson_low is not null) as interval_count
    from listed
    group by slice_no
),

candidates as (
    select
        listed.*,
        slices.peer_count,
        slices.interval_count,
        alternatives.value as alternative_value
    from listed
    inner join slices on listed.slice_no = slices.slice_no
    left join alternatives on listed.figure_no = alternatives.figure_no
    where listed.is_candidate and slices.peer_count > 1
),

ranked as (
    select
        *,
        rank() over by_value as peer_rank,
        count(*) over (
            partition by slice_no
            order by value desc
            range between current row and current row
        ) as tie_count
    from candidates
    window by_value as (partition by slice_no order by value desc)
),

-- The ends of all intervals in one row, highest first. Before an upper end come the lower ends of
-- those that are higher beyond doubt; up to a lower end, the upper ends of all that are not lower.
ends as (
    select
        slice_no,
        figure_no,
        peer_count,
        interval_count,
        unnest([true, false]) as is_lower,
        unnest([wilson_low, wilson_high]) as place
    from candidates
    where wilson_low is not null
),

counted_ends as (
    select
        slice_no,
        figure_no,
        peer_count,
        interval_count,
        is_lower,
        count(*) filter (where is_lower) over from_the_top as lower_ends_count,
        count(*) filter (where not is_lower) over from_the_top as upper_ends_count
    from ends
    window
        from_the_top as (
            partition by slice_no
            order by place desc, is_lower asc
            rows between unbounded preceding and current row
        )
),

ranges as (
    select
        slice_no,
        figure_no,
        max(lower_ends_count) filter (where not is_lower) + 1 as rank_best,
        max(peer_count - interval_count + upper_ends_count) filter (where is_lower) as rank_worst
    from counted_ends
    group by slice_no, figure_no
),

-- By the other denominator, among those that can be ranked by both.
ranked_otherwise as (
    select
        slice_no,
        figure_no,
        alternative_value,
        count(*) over (partition by slice_no) as peer_count,
        rank() over (partition by slice_no order by alternative_value desc) as peer_rank
    from candidates
    where alternative_value is not null
),

placed as (
    select
        ranked.slice_no,
        ranked.figure_no,
        ranked.peer_rank,
        ranked.tie_count,
        coalesce(ranges.rank_best, ranked.peer_rank) as rank_best,
        coalesce(ranges.rank_worst, ranked.peer_rank + ranked.tie_count - 1) as rank_worst,
        (ranked.peer_count - ranked.peer_rank - (ranked.tie_count - 1) / 2)
        / (ranked.peer_count - 1) as percentile,
        ranked_otherwise.alternative_value,
        case when ranked_otherwise.peer_count > 1 then ranked_otherwise.peer_count end
            as alternative_peer_count,
        case when ranked_otherwise.peer_count > 1 then ranked_otherwise.peer_rank end
            as alternative_rank
    from ranked
    left join ranges
        on ranked.slice_no = ranges.slice_no and ranked.figure_no = ranges.figure_no
    left join ranked_otherwise
        on
            ranked.slice_no = ranked_otherwise.slice_no
            and ranked.figure_no = ranked_otherwise.figure_no
)

select
    scopes.peer_group_id,
    scopes.peer_scope,
    scopes.peer_scope_name,
    judged.indicator_id,
    judged.report_year,
    judged.agency_code,
    judged.agency_name,
    judged.report_id,
    judged.value,
    judged.numerator,
    judged.denominator,
    judged.minimum_denominator,
    judged.wilson_low,
    judged.wilson_high,
    judged.needs_review_count,
    slices.listed_count,
    slices.peer_count,
    placed.peer_rank,
    placed.tie_count,
    placed.rank_best,
    placed.rank_worst,
    placed.percentile,
    judged.alternative_indicator_id,
    placed.alternative_value,
    placed.alternative_peer_count,
    placed.alternative_rank,
    case
        when judged.obstacle = 'not_comparable' then '所用格式与该年度格式不可比，不排名'
        when judged.obstacle = 'small_base' then '分母低于最低数，列出而不排名'
        when judged.obstacle = 'no_value' then '无法计算，不排名'
        when slices.peer_count = 1 then '组内可排名的机关只有一个，不排名'
    end as rank_note,
    case
        when judged.obstacle = 'not_comparable'
            then 'not ranked: the form used cannot be compared with that of the year'
        when judged.obstacle = 'small_base'
            then 'listed without a rank: the denominator is below the minimum'
        when judged.obstacle = 'no_value' then 'not ranked: no value can be computed'
        when slices.peer_count = 1 then 'not ranked: no other agency of the group can be ranked'
    end as rank_note_en,
    coalesce(judged.comparability_rank < 2, true) as is_comparable,
    judged.note_zh as break_note,
    judged.note_en as break_note_en,
    judged.is_synthetic
from listed
inner join judged on listed.figure_no = judged.figure_no
inner join scopes on listed.peer_no = scopes.peer_no
inner join slices on listed.slice_no = slices.slice_no
left join placed
    on listed.slice_no = placed.slice_no and listed.figure_no = placed.figure_no

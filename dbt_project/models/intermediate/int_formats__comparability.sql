with crosswalk as (
    select * from {{ ref('stg_lake__ref_crosswalk') }}
),

formats as (
    select * from {{ ref('stg_lake__ref_format') }}
),

-- What crosswalk.csv says of a concept in a format: against the format issued before it.
steps as (
    select
        crosswalk.concept,
        crosswalk.format_id,
        formats.position,
        max({{ comparability_rank('crosswalk.comparability') }}) as comparability_rank,
        string_agg(distinct nullif(crosswalk.note_zh, ''), '；') as note_zh,
        string_agg(distinct nullif(crosswalk.note_en, ''), '; ') as note_en
    from crosswalk
    inner join formats on crosswalk.format_id = formats.format_id
    group by crosswalk.concept, crosswalk.format_id, formats.position
),

pairs as (
    select
        one.concept,
        one.format_id,
        other.format_id as other_format_id,
        least(one.position, other.position) as earlier_position,
        greatest(one.position, other.position) as later_position
    from steps as one
    inner join steps as other on one.concept = other.concept
)

-- Two formats are as comparable as the worst step between them.
select
    pairs.concept,
    pairs.format_id,
    pairs.other_format_id,
    coalesce(max(steps.comparability_rank), 0) as comparability_rank,
    string_agg(steps.note_zh, '；' order by steps.position) as note_zh,
    string_agg(steps.note_en, '; ' order by steps.position) as note_en
from pairs
left join steps
    on
        pairs.concept = steps.concept
        and pairs.earlier_position < steps.position
        and pairs.later_position >= steps.position
group by pairs.concept, pairs.format_id, pairs.other_format_id

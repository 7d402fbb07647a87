with pairs as (
    select * from {{ ref('int_formats__comparability') }}
),

-- Every beginning of a concept: applications, applications.outcome, applications.outcome.refused.
parts as (
    select
        *,
        string_split(concept, '.') as words
    from pairs
),

members as (
    select
        format_id,
        other_format_id,
        comparability_rank,
        note_zh,
        note_en,
        words,
        unnest(range(1, len(words) + 1)) as word_count
    from parts
)

select
    array_to_string(words[1:word_count], '.') as concept_group,
    format_id,
    other_format_id,
    max(comparability_rank) as comparability_rank,
    string_agg(distinct nullif(note_zh, ''), '；' order by nullif(note_zh, '')) as note_zh,
    string_agg(distinct nullif(note_en, ''), '; ' order by nullif(note_en, '')) as note_en
from members
group by concept_group, format_id, other_format_id

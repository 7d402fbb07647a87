with breaks as (
    select
        *,
        string_split(concept, '.') as words
    from {{ ref('int_breaks__ranked') }}
),

members as (
    select
        first_year,
        comparability_rank,
        note_zh,
        note_en,
        words,
        unnest(range(1, len(words) + 1)) as word_count
    from breaks
)

select
    array_to_string(words[1:word_count], '.') as concept_group,
    first_year,
    max(comparability_rank) as comparability_rank,
    string_agg(distinct nullif(note_zh, ''), '；' order by nullif(note_zh, '')) as note_zh,
    string_agg(distinct nullif(note_en, ''), '; ' order by nullif(note_en, '')) as note_en
from members
group by concept_group, first_year

with crosswalk as (
    select * from {{ ref('stg_lake__ref_crosswalk') }}
),

formats as (
    select * from {{ ref('stg_lake__ref_format') }}
),

breaks as (
    select * from {{ ref('stg_lake__ref_break') }}
),

-- Safe is what every format prints in one meaning. A break in a single year is noted apart.
concepts as (
    select
        concept,
        count(distinct format_id) = (select count(*) from formats)
        and bool_and(comparability = 'same') as is_safe_series
    from crosswalk
    group by concept
),

broken as (
    select
        concept,
        string_agg(cast(first_year as varchar), ',' order by first_year) as break_years
    from breaks
    group by concept
)

select
    crosswalk.concept,
    crosswalk.format_id,
    crosswalk.item_code,
    crosswalk.comparability,
    crosswalk.note_zh,
    crosswalk.note_en,
    concepts.is_safe_series,
    broken.break_years
from crosswalk
inner join concepts on crosswalk.concept = concepts.concept
left join broken on crosswalk.concept = broken.concept

with items as (
    select * from {{ ref('stg_lake__ref_item') }}
),

formats as (
    select * from {{ ref('stg_lake__ref_format') }}
),

crosswalk as (
    select * from {{ ref('stg_lake__ref_crosswalk') }}
),

terms as (
    select
        crosswalk.concept,
        items.breakdown,
        items.table_id,
        items.label_zh,
        items.label_en,
        items.is_total,
        items.item_code = crosswalk.concept as is_namesake,
        formats.position as format_position,
        items.position as item_position
    from crosswalk
    inner join items
        on crosswalk.format_id = items.format_id and crosswalk.item_code = items.item_code
    inner join formats on crosswalk.format_id = formats.format_id
)

-- A concept is named by the item of the same code where a format has one, newest format first.
select
    concept,
    breakdown,
    table_id,
    label_zh,
    label_en,
    is_total,
    item_position as position
from terms
qualify row_number() over (
    partition by concept, breakdown
    order by is_namesake desc, format_position desc, item_position asc
) = 1

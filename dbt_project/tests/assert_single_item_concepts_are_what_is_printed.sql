-- Where a concept is one item of the form, the comparison shows the printed number, up to the unit.
with crosswalk as (
    select * from {{ ref('stg_lake__ref_crosswalk') }}
),

single as (
    select
        concept,
        format_id,
        min(item_code) as item_code
    from crosswalk
    group by concept, format_id
    having count(*) = 1
)

select
    compared.report_id,
    compared.concept,
    compared.breakdown,
    compared.value,
    items.value as printed_value
from {{ ref('cmp_item_year_over_year') }} as compared
inner join single
    on compared.concept = single.concept and compared.format_id = single.format_id
inner join {{ ref('fct_report_item') }} as items
    on
        compared.report_id = items.report_id
        and single.item_code = items.item_code
        and compared.breakdown = items.breakdown
where
    compared.value is distinct from items.value
    and items.unit is not distinct from compared.unit
    and {{ changed_only('compared') }}

with divisions as (
    select * from {{ ref('stg_lake__ref_division') }}
),

-- One parent for each code: that of its last version. A province's prefecture is found by walking
-- up, since counties under a province and towns under a prefecture skip a level.
parents as (
    select
        division_code,
        parent,
        tier
    from divisions
    qualify row_number() over (
        partition by division_code order by valid_to desc nulls first, valid_from desc nulls last
    ) = 1
),

lines as (
    select
        own.division_code,
        [own.division_code, first_up.division_code, second_up.division_code, third_up.division_code]
            as codes,
        [own.tier, first_up.tier, second_up.tier, third_up.tier] as tiers
    from parents as own
    left join parents as first_up on own.parent = first_up.division_code
    left join parents as second_up on first_up.parent = second_up.division_code
    left join parents as third_up on second_up.parent = third_up.division_code
)

select
    divisions.division_code,
    divisions.name as division_name,
    divisions.full_name,
    divisions.tier,
    divisions.type,
    divisions.parent,
    lines.codes[list_position(lines.tiers, 'province')] as province_code,
    lines.codes[list_position(lines.tiers, 'prefecture')] as prefecture_code,
    lines.codes[list_position(lines.tiers, 'county')] as county_code,
    divisions.valid_from,
    divisions.valid_to,
    divisions.valid_to is null as is_current,
    divisions.is_synthetic
from divisions
inner join lines on divisions.division_code = lines.division_code

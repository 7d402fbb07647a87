with rankings as (
    select * from {{ ref('stg_lake__ref_ranking') }}
),

indicators as (
    select * from {{ ref('stg_lake__ref_indicator') }}
)

select
    rankings.indicator_id,
    rankings.position,
    indicators.name_zh,
    indicators.name_en,
    indicators.minimum_denominator,
    rankings.alternative_indicator_id
from rankings
inner join indicators on rankings.indicator_id = indicators.indicator_id

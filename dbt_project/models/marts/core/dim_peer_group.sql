select
    peer_group_id,
    position,
    title_zh,
    title_en,
    kinds,
    tiers,
    sectors,
    same
from {{ ref('stg_lake__ref_peer_group') }}

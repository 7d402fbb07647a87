select
    peer_group_id,
    position,
    title_zh,
    title_en,
    kinds,
    tiers,
    sectors,
    same
from {{ source('lake', 'ref_peer_group') }}

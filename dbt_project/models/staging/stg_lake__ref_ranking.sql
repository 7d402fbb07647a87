select
    indicator_id,
    position,
    alternative_indicator_id
from {{ source('lake', 'ref_ranking') }}

select
    division_code,
    name,
    full_name,
    tier,
    type,
    parent,
    valid_from,
    valid_to,
    is_synthetic
from {{ source('lake', 'ref_division') }}

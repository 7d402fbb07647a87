select
    agency_code,
    kind,
    tier,
    sector,
    vertical_system,
    parent,
    division_code,
    uscc,
    site_host,
    valid_from,
    valid_to,
    is_synthetic,
    source
from {{ source('lake', 'ref_agency') }}

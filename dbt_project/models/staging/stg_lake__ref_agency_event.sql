select
    event_no,
    kind,
    event_on,
    from_code,
    to_code,
    basis
from {{ source('lake', 'ref_agency_event') }}

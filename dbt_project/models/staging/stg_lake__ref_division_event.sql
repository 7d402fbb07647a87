select
    event_no,
    event_year,
    kind,
    from_code,
    from_name,
    to_code,
    to_name,
    basis,
    is_synthetic
from {{ source('lake', 'ref_division_event') }}

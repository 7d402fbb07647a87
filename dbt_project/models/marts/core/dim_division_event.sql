select
    event_no,
    event_year,
    kind as event_kind,
    from_code,
    from_name,
    to_code,
    to_name,
    basis,
    is_synthetic
from {{ ref('stg_lake__ref_division_event') }}

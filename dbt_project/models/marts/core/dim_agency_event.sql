select
    events.event_no,
    events.kind as event_kind,
    events.event_on,
    events.from_code,
    from_names.agency_name as from_name,
    events.to_code,
    to_names.agency_name as to_name,
    events.basis,
    coalesce(from_agency.is_synthetic, to_agency.is_synthetic) as is_synthetic
from {{ ref('stg_lake__ref_agency_event') }} as events
left join {{ ref('stg_lake__ref_agency') }} as from_agency
    on events.from_code = from_agency.agency_code
left join {{ ref('stg_lake__ref_agency') }} as to_agency on events.to_code = to_agency.agency_code
left join {{ ref('int_agency_names__latest') }} as from_names
    on events.from_code = from_names.agency_code
left join {{ ref('int_agency_names__latest') }} as to_names
    on events.to_code = to_names.agency_code

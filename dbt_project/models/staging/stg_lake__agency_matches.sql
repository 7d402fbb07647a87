select
    report_id,
    doc_id,
    agency_name,
    agency_code,
    method,
    is_registered,
    division_code,
    tier,
    sector,
    candidates,
    evidence,
    decided_by
from {{ source('lake', 'agency_matches') }}

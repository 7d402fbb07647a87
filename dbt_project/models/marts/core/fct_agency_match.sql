select
    matches.report_id,
    matches.doc_id,
    reports.report_year,
    matches.agency_name,
    matches.agency_code,
    matches.method as match_method,
    matches.is_registered,
    matches.division_code,
    matches.tier,
    matches.sector,
    matches.candidates,
    matches.evidence,
    matches.decided_by,
    reports.is_synthetic
from {{ ref('stg_lake__agency_matches') }} as matches
inner join {{ ref('stg_lake__reports') }} as reports on matches.report_id = reports.report_id

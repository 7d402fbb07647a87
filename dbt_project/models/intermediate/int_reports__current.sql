select
    report_id,
    doc_id,
    agency_code,
    agency_name,
    kind,
    report_year,
    is_synthetic
from {{ ref('stg_lake__reports') }}
where is_current and report_year is not null

select
    region_code,
    report_year,
    agency_code,
    agency_name,
    due_on,
    line_status,
    is_expected,
    is_synthetic,
    source_file,
    line_no
from {{ ref('stg_lake__ref_roster') }}

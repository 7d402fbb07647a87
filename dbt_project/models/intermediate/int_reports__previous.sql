with reports as (
    select * from {{ ref('int_reports__current') }}
)

select
    reports.report_id,
    reports.report_year,
    earlier.report_id as previous_report_id,
    earlier.report_year as previous_year
from reports
left join reports as earlier
    on
        reports.agency_code = earlier.agency_code
        and reports.is_synthetic = earlier.is_synthetic
        and reports.report_year - 1 = earlier.report_year

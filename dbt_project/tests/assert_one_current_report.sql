-- Comparisons need exactly one current report for each agency and year that has reports.
select
    agency_code,
    report_year,
    is_synthetic,
    count(*) filter (where is_current) as current_count
from {{ ref('fct_report') }}
where report_year is not null
group by agency_code, report_year, is_synthetic
having count(*) filter (where is_current) <> 1

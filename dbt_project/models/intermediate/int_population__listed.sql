select
    division_code,
    year as report_year,
    population,
    source,
    is_synthetic
from {{ ref('stg_lake__ref_population') }}

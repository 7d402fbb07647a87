select
    division_code,
    year,
    population,
    source,
    is_synthetic
from {{ source('lake', 'ref_population') }}

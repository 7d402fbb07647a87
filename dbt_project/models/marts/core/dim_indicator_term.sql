select
    indicator_id,
    part,
    term_no,
    sign,
    concept,
    breakdown,
    table_id,
    measure,
    is_previous_year
from {{ ref('stg_lake__ref_indicator_term') }}

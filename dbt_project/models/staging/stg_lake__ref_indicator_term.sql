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
from {{ source('lake', 'ref_indicator_term') }}

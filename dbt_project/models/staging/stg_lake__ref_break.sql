select
    concept,
    first_year,
    comparability,
    note_zh,
    note_en
from {{ source('lake', 'ref_break') }}

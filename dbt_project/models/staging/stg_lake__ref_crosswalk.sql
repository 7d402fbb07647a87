select
    concept,
    format_id,
    item_code,
    comparability,
    note_zh,
    note_en
from {{ source('lake', 'ref_crosswalk') }}

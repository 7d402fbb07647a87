select
    concept,
    first_year,
    note_zh,
    note_en,
    {{ comparability_rank('comparability') }} as comparability_rank
from {{ ref('stg_lake__ref_break') }}

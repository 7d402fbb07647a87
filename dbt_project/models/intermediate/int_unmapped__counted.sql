select
    doc_id,
    count(*) as unmapped_cell_count,
    count(*) filter (where is_number) as unmapped_number_count
from {{ ref('stg_lake__unmapped_cells') }}
group by doc_id

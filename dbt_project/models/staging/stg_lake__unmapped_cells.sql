select
    doc_id,
    table_id,
    grid as grid_no,
    row as grid_row,
    col as grid_column,
    text,
    is_number,
    reason,
    page,
    locator
from {{ source('lake', 'unmapped_cells') }}

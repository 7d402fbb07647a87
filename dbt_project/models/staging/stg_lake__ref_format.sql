select
    format_id,
    position,
    title_zh,
    title_en,
    document_number,
    issued_on,
    first_report_year,
    last_report_year,
    supersedes,
    cell_count
from {{ source('lake', 'ref_format') }}

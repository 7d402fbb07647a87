select
    doc_id,
    parser,
    parser_version,
    status,
    reason,
    page_count,
    seconds
from {{ source('lake', 'parse_log') }}

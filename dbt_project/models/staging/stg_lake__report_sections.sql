select
    doc_id,
    section_no,
    heading,
    numbering,
    heading_score,
    text,
    "order" as reading_order,
    page,
    locator
from {{ source('lake', 'report_sections') }}

select
    doc_id,
    file_name,
    media_type,
    extension,
    bytes,
    source_url,
    is_synthetic
from {{ source('lake', 'source_documents') }}

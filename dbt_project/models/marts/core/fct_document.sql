with documents as (
    select * from {{ ref('stg_lake__source_documents') }}
),

readings as (
    select * from {{ ref('stg_lake__parse_log') }}
)

select
    documents.doc_id,
    documents.file_name,
    documents.media_type,
    documents.extension,
    documents.source_url,
    readings.status,
    readings.reason,
    readings.parser,
    readings.parser_version,
    readings.page_count,
    documents.bytes,
    documents.is_synthetic
from documents
left join readings on documents.doc_id = readings.doc_id

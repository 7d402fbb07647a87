with arrivals as (
    select * from {{ ref('stg_lake__arrivals') }}
),

documents as (
    select * from {{ ref('stg_lake__source_documents') }}
)

select
    arrivals.doc_id,
    arrivals.name,
    arrivals.source,
    arrivals.source_url,
    arrivals.received_at,
    documents.is_synthetic
from arrivals
left join documents on arrivals.doc_id = documents.doc_id

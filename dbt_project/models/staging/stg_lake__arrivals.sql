select
    doc_id,
    name,
    source,
    source_url,
    make_timestamp(epoch_us(received_at)) as received_at
from {{ source('lake', 'arrivals') }}

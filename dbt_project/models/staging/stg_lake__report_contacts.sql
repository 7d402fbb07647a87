select
    doc_id,
    address,
    postcode,
    telephone,
    email,
    website
from {{ source('lake', 'report_contacts') }}

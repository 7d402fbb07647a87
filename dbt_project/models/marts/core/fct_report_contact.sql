with contacts as (
    select * from {{ ref('stg_lake__report_contacts') }}
),

reports as (
    select * from {{ ref('stg_lake__reports') }}
)

-- Contacts are known by document; they belong to the first report found in it.
select
    reports.report_id,
    contacts.doc_id,
    contacts.address,
    contacts.postcode,
    contacts.telephone,
    contacts.email,
    contacts.website,
    reports.is_current,
    reports.is_synthetic
from contacts
inner join reports on contacts.doc_id = reports.doc_id and reports.ordinal = 1

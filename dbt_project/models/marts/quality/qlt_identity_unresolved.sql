with reports as (
    select * from {{ ref('fct_report') }}
),

agencies as (
    select * from {{ ref('dim_agency') }}
),

documents as (
    select * from {{ ref('fct_document') }}
),

matches as (
    select * from {{ ref('fct_agency_match') }}
),

judged as (
    select
        reports.report_id,
        reports.doc_id,
        documents.file_name,
        reports.agency_code,
        reports.agency_name,
        reports.report_year,
        reports.is_current,
        matches.match_method,
        matches.candidates,
        reports.identity_conflicts,
        reports.report_year is null as lacks_year,
        not agencies.is_registered as lacks_agency,
        agencies.division_code is null as lacks_place,
        reports.identity_conflicts <> '[]' as has_conflict,
        reports.is_synthetic
    from reports
    inner join documents on reports.doc_id = documents.doc_id
    inner join agencies
        on
            reports.agency_code = agencies.agency_code
            and reports.is_synthetic = agencies.is_synthetic
    left join matches on reports.report_id = matches.report_id
)

select
    report_id,
    doc_id,
    file_name,
    agency_code,
    agency_name,
    report_year,
    is_current,
    lacks_year,
    lacks_agency,
    lacks_place,
    has_conflict,
    match_method,
    candidates,
    identity_conflicts,
    is_synthetic
from judged
where lacks_year or lacks_agency or lacks_place or has_conflict

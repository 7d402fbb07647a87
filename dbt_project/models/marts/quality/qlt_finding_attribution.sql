with findings as (
    select * from {{ ref('fct_finding') }}
    where is_current
),

documents as (
    select
        doc_id,
        media_type,
        parser
    from {{ ref('fct_document') }}
)

select
    findings.rule_id,
    findings.severity,
    findings.report_year,
    documents.media_type,
    documents.parser,
    count(*) as finding_count,
    count(*) filter (where findings.attribution = 'publisher') as publisher_count,
    count(*) filter (where findings.attribution = 'extraction') as extraction_count,
    count(*) filter (where findings.attribution = 'undetermined') as undetermined_count,
    count(distinct findings.report_id) as report_count,
    findings.is_synthetic
from findings
left join documents on findings.doc_id = documents.doc_id
group by
    findings.rule_id,
    findings.severity,
    findings.report_year,
    documents.media_type,
    documents.parser,
    findings.is_synthetic

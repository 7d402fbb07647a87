{{ config(
    materialized='incremental',
    meta={'sorted_by': ['agency_code', 'report_id', 'rule_id', 'breakdown']}
) }}

with findings as (
    select * from {{ ref('stg_lake__findings') }}
),

reports as (
    select * from {{ ref('stg_lake__reports') }}
)

select
    findings.finding_id,
    findings.report_id,
    findings.doc_id,
    findings.agency_code,
    findings.report_year,
    findings.rule_id,
    findings.breakdown,
    findings.severity,
    findings.status,
    findings.decision,
    findings.attribution,
    findings.message_zh,
    findings.message_en,
    findings.expected,
    findings.actual,
    findings.items,
    findings.evidence,
    reports.is_current,
    reports.is_synthetic
from findings
left join reports on findings.report_id = reports.report_id
where {{ in_scope('findings') }}

{{ config(
    materialized='incremental',
    meta={'sorted_by': ['agency_code', 'is_synthetic', 'version_no']}
) }}

-- All versions of an agency's year are made together: changed_reports names them all.
with reports as (
    select * from {{ ref('fct_report') }}
    where {{ in_scope() }}
),

contents as (
    select * from {{ ref('fct_report_content') }}
),

items as (
    select * from {{ ref('fct_report_item') }}
    where {{ in_scope() }}
),

arrivals as (
    select
        doc_id,
        min(received_at) as recorded_at
    from {{ ref('fct_arrival') }}
    group by doc_id
),

-- Without a date a report is taken to be out since the year it covers ended: every dated version
-- counts as newer, as it does when the current report is chosen.
dated as (
    select
        reports.report_id,
        reports.doc_id,
        reports.agency_code,
        reports.agency_name,
        reports.report_year,
        reports.is_synthetic,
        reports.published_on,
        reports.is_current,
        arrivals.recorded_at,
        contents.facts_hash,
        contents.cells_reported_count,
        contents.cells_needs_review_count,
        reports.published_on is not null as is_dated,
        coalesce(reports.published_on, make_date(reports.report_year + 1, 1, 1)) as out_since
    from reports
    left join contents on reports.report_id = contents.report_id
    left join arrivals on reports.doc_id = arrivals.doc_id
    where reports.report_year is not null
),

-- The order of assets/layout/resolve.py, oldest first. The current report closes it in any case.
numbered as (
    select
        *,
        row_number() over same_year as version_no,
        lag(report_id) over same_year as supersedes_report_id,
        lag(facts_hash) over same_year as superseded_hash
    from dated
    window same_year as (
        partition by agency_code, report_year, is_synthetic
        order by
            is_current asc,
            published_on asc nulls first,
            coalesce(cells_reported_count, 0) asc,
            coalesce(cells_needs_review_count, 0) desc,
            doc_id desc,
            report_id desc
    )
),

-- Both time lines end where the next version in this order begins; one that came after a newer
-- version was known, or was replaced on its own day, was in use for no time at all.
timed as (
    select
        *,
        count(*) over (partition by agency_code, report_year, is_synthetic) as version_count,
        min(out_since) over newer as replaced_on,
        min(recorded_at) over newer as replaced_at
    from numbered
    window newer as (
        partition by agency_code, report_year, is_synthetic
        order by version_no
        rows between 1 following and unbounded following
    )
),

-- A rewritten report and the one it takes the place of.
sides as (
    select
        report_id,
        unnest([report_id, supersedes_report_id]) as side_report_id
    from timed
    where facts_hash <> superseded_hash
),

cells as (
    select
        sides.report_id,
        items.item_code,
        items.breakdown,
        {{ cell_digest('items') }} as digest
    from items
    inner join sides on items.report_id = sides.side_report_id
),

places as (
    select
        report_id,
        item_code,
        breakdown,
        count(*) < 2 or min(digest) <> max(digest) as is_changed
    from cells
    group by report_id, item_code, breakdown
),

changes as (
    select
        report_id,
        count(*) filter (where is_changed) as cells_changed_count
    from places
    group by report_id
)

select
    timed.agency_code,
    timed.agency_name,
    timed.report_year,
    timed.version_no,
    timed.version_count,
    timed.report_id,
    timed.doc_id,
    timed.supersedes_report_id,
    timed.is_current,
    timed.published_on,
    timed.is_dated,
    timed.out_since as valid_from,
    case
        when timed.replaced_on is not null then greatest(timed.out_since, timed.replaced_on)
    end as valid_to,
    timed.recorded_at,
    timed.recorded_at as recorded_from,
    case
        when timed.recorded_at is not null and timed.replaced_at is not null
            then greatest(timed.recorded_at, timed.replaced_at)
    end as recorded_to,
    timed.facts_hash,
    case
        when timed.facts_hash = timed.superseded_hash then 0
        when timed.superseded_hash is not null then changes.cells_changed_count
    end as cells_changed_count,
    timed.is_synthetic
from timed
left join changes on timed.report_id = changes.report_id

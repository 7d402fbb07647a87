-- The agencies of one kind add up to the whole of their group, so that no peer counts twice.
with summed as (
    select
        items.report_year,
        items.concept,
        items.breakdown,
        items.kind,
        items.unit,
        items.is_synthetic,
        count(*) as agency_count,
        sum(items.value) as total
    from {{ ref('cmp_item_by_agency') }} as items
    where items.is_peer and {{ changed_only('items') }}
    group by
        items.report_year,
        items.concept,
        items.breakdown,
        items.kind,
        items.unit,
        items.is_synthetic
)

-- In a partial run only some of the agencies are looked at: they cannot be more than the whole.
select
    summaries.report_year,
    summaries.concept,
    summaries.breakdown,
    summaries.kind,
    summaries.unit,
    summaries.is_synthetic,
    summaries.peer_count,
    summed.agency_count
from {{ ref('cmp_item_peer_summary') }} as summaries
inner join summed
    on
        summaries.report_year = summed.report_year
        and summaries.concept = summed.concept
        and summaries.breakdown = summed.breakdown
        and summaries.kind = summed.kind
        and summaries.unit is not distinct from summed.unit
        and summaries.is_synthetic = summed.is_synthetic
where
    summed.agency_count > summaries.peer_count
    or (summed.agency_count = summaries.peer_count and summed.total <> summaries.peer_total)

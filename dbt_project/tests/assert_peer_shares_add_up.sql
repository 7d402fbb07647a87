-- The shares of the agencies of one kind add up to the whole, so that no peer counts twice.
select
    report_year,
    concept,
    breakdown,
    kind,
    unit,
    is_synthetic,
    sum(peer_share_numerator) as share_sum,
    min(peer_share_denominator) as peer_total
from {{ ref('cmp_item_by_agency') }}
where peer_share_numerator is not null
group by report_year, concept, breakdown, kind, unit, is_synthetic
having sum(peer_share_numerator) <> min(peer_share_denominator)

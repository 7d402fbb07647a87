{{ config(
    materialized='incremental',
    meta={
        'slice': ['report_year', 'kind', 'is_synthetic'],
        'sorted_by': ['report_year', 'concept', 'breakdown', 'kind', 'unit', 'is_synthetic']
    }
) }}

with items as (
    select * from {{ ref('cmp_item_by_agency') }}
)

select
    items.report_year,
    items.concept,
    items.breakdown,
    any_value(items.label_zh) as label_zh,
    any_value(items.label_en) as label_en,
    items.kind,
    items.unit,
    count(*) as peer_count,
    cast(sum(items.value) as decimal(38, 6)) as peer_total,
    min(items.value) as peer_min,
    quantile_cont(cast(items.value as double), 0.25) as peer_p25,
    quantile_cont(cast(items.value as double), 0.5) as peer_median,
    quantile_cont(cast(items.value as double), 0.75) as peer_p75,
    max(items.value) as peer_max,
    count(*) filter (where items.needs_review_count > 0) as needs_review_count,
    items.is_synthetic
from items
where items.is_peer and {{ in_scope('items') }}
group by
    items.report_year,
    items.concept,
    items.breakdown,
    items.kind,
    items.unit,
    items.is_synthetic

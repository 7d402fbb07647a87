{{ config(materialized='incremental', meta={'sorted_by': ['report_id']}) }}

with items as (
    select * from {{ ref('fct_report_item') }}
)

-- Exclusive or does not care for order, and every place occurs once in a report.
select
    items.report_id,
    items.report_year,
    items.is_synthetic,
    count(*) as cell_count,
    count(*) filter (where items.value_status = 'reported') as cells_reported_count,
    count(*) filter (where items.review_status = 'needs_review') as cells_needs_review_count,
    lpad(
        lower(
            to_hex(bit_xor(hash(items.item_code, items.breakdown, {{ cell_digest('items') }})))
        ),
        16, '0'
    ) as facts_hash
from items
where {{ in_scope('items') }}
group by items.report_id, items.report_year, items.is_synthetic

-- Blank, placeholder, text and absent are not numbers, and a reported cell is one.
select
    report_id,
    item_code,
    breakdown,
    value_status,
    value
from {{ ref('fct_report_item') }}
where {{ changed_only() }} and (value_status = 'reported') <> (value is not null)

select
    report_id,
    doc_id,
    agency_code,
    report_year,
    rule_id,
    breakdown,
    outcome,
    left_value,
    right_value,
    difference,
    difference_if_blank_is_zero,
    missing_items
from {{ source('lake', 'rule_outcomes') }}

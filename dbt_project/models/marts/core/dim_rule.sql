select
    rule_id,
    family,
    kind,
    severity,
    title_zh,
    title_en,
    legal_basis,
    basis_status,
    hint_zh,
    hint_en,
    valid_from,
    valid_to
from {{ ref('stg_lake__ref_rule') }}

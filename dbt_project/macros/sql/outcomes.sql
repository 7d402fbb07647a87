{#-
    The six groups of outcomes that （七）总计 is made of, and the concepts each adds up. A test
    compares them with the official forms, so that a new form cannot leave an outcome out unseen.
-#}
{% macro outcome_count(outcome_group, applicant_kind) -%}
{%- set parts = {
    'disclosed': ['disclosed'],
    'partially_disclosed': ['partially_disclosed'],
    'refused': [
        'refused__state_secret',
        'refused__prohibited_by_law',
        'refused__security_and_stability',
        'refused__third_party_rights',
        'refused__internal_affairs',
        'refused__process_information',
        'refused__enforcement_file',
        'refused__register_query',
    ],
    'unavailable': [
        'unavailable__not_held',
        'unavailable__needs_creation',
        'unavailable__still_unclear',
    ],
    'not_processed': [
        'not_processed__petition',
        'not_processed__repeat',
        'not_processed__published_material',
        'not_processed__excessive',
        'not_processed__confirmation',
    ],
    'other': ['other'],
    'total': ['total'],
}[outcome_group] -%}
(
    {%- for part in parts -%}
    applications__outcome__{{ part }}__{{ applicant_kind }}{{ ' + ' if not loop.last }}
    {%- endfor -%}
)
{%- endmacro %}

{#- The sum of the six groups for an applicant kind; null where a part is missing. -#}
{% macro outcome_sum(applicant_kind) -%}
(
    {{ outcome_count('disclosed', applicant_kind) }}
    + {{ outcome_count('partially_disclosed', applicant_kind) }}
    + {{ outcome_count('refused', applicant_kind) }}
    + {{ outcome_count('unavailable', applicant_kind) }}
    + {{ outcome_count('not_processed', applicant_kind) }}
    + {{ outcome_count('other', applicant_kind) }}
)
{%- endmacro %}

{#- The applicant kinds and the groups in the order of the form, for the lists below. -#}
{% macro applicant_outcome_lists(what) -%}
{%- set kinds = [
    'natural_person',
    'commercial_enterprise',
    'research_institution',
    'public_welfare_organisation',
    'legal_service_organisation',
    'other_organisation',
] -%}
{%- set groups = [
    'disclosed', 'partially_disclosed', 'refused', 'unavailable', 'not_processed', 'other'
] -%}
{%- set parts = [] -%}
{%- if what == 'counts' -%}
    {%- for kind in kinds + ['total'] -%}
        {%- for group in groups -%}
            {%- do parts.append(outcome_count(group, kind)) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- elif what == 'kind_totals' -%}
    {%- for kind in kinds + ['total'] -%}
        {%- do parts.append(outcome_count('total', kind)) -%}
    {%- endfor -%}
{%- elif what == 'groups_sums' -%}
    {%- for kind in kinds + ['total'] -%}
        {%- do parts.append(outcome_sum(kind)) -%}
    {%- endfor -%}
{%- elif what == 'group_totals' -%}
    {%- for group in groups -%}
        {%- do parts.append(outcome_count(group, 'total')) -%}
    {%- endfor -%}
{%- elif what == 'kinds_sums' -%}
    {%- for group in groups -%}
        {%- set terms = [] -%}
        {%- for kind in kinds -%}
            {%- do terms.append(outcome_count(group, kind)) -%}
        {%- endfor -%}
        {%- do parts.append(terms | join(' + ')) -%}
    {%- endfor -%}
{%- endif -%}
[
    {{ parts | join(',\n    ') }}
]
{%- endmacro %}

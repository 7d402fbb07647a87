{#- What a cell says, as one number: its form, value, unit and states. The place is no part of it. -#}
{% macro cell_digest(cell) -%}
hash(
    {{ cell }}.format_id,
    {{ cell }}.value,
    {{ cell }}.unit,
    {{ cell }}.value_status,
    {{ cell }}.review_status
)
{%- endmacro %}

{#-
    The three columns of a ratio under one name. Both parts are null where either is missing, so
    that whoever adds up numerators and denominators adds up the same reports.
-#}
{% macro share_columns(name, numerator, denominator) -%}
case when {{ denominator }} is not null then {{ numerator }} end as {{ name }}_numerator,
case when {{ numerator }} is not null then {{ denominator }} end as {{ name }}_denominator,
{{ safe_ratio(numerator, denominator) }} as {{ name }}
{%- endmacro %}

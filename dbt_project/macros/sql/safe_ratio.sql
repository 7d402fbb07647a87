{#- A ratio that is null when a part is missing or the denominator is not positive. -#}
{% macro safe_ratio(numerator, denominator) -%}
case
    when {{ denominator }} > 0
        then cast({{ numerator }} as double) / cast({{ denominator }} as double)
end
{%- endmacro %}

{#- Amounts printed in 元 or 亿元 are compared in 万元, exactly: a product of decimals, no division. -#}
{% macro common_unit(unit) -%}
case when {{ unit }} in ('元', '亿元') then '万元' else {{ unit }} end
{%- endmacro %}

{% macro in_common_unit(value, unit) -%}
case {{ unit }}
    when '元' then cast({{ value }} * 0.0001 as decimal(38, 10))
    when '亿元' then cast({{ value }} * 10000 as decimal(38, 10))
    else cast({{ value }} as decimal(38, 10))
end
{%- endmacro %}

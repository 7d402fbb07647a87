{#- The three words of the crosswalk as ranks, so that the worst of several can be taken. -#}
{% macro comparability_rank(word) -%}
case {{ word }} when 'same' then 0 when 'approximate' then 1 when 'not_comparable' then 2 end
{%- endmacro %}

{% macro comparability_word(rank) -%}
case {{ rank }} when 0 then 'same' when 1 then 'approximate' when 2 then 'not_comparable' end
{%- endmacro %}

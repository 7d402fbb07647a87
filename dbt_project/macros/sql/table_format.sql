{#-
    The form that the cells of a table follow. Blocks of one table may follow different forms: both
    are named then, and such a table is compared with no other as a whole (cmp_item_year_over_year
    and cmp_item_by_agency compare its single figures).
-#}
{% macro table_format(condition) -%}
case
    when
        min(facts.format_id) filter (where {{ condition }})
        <> max(facts.format_id) filter (where {{ condition }})
        then concat(
            min(facts.format_id) filter (where {{ condition }}),
            '+',
            max(facts.format_id) filter (where {{ condition }})
        )
    else min(facts.format_id) filter (where {{ condition }})
end
{%- endmacro %}

{% macro is_mixed_form(format_id) -%}
coalesce(contains({{ format_id }}, '+'), false)
{%- endmacro %}

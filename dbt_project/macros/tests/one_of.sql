{#- Fails with every value outside a closed vocabulary; null is for never_null to refuse. -#}
{% test one_of(model, column_name, values) %}
    select {{ column_name }} as unexpected, count(*) as row_count
    from {{ model }}
    where {{ column_name }} is not null
        and {{ column_name }} not in ({% for value in values %}'{{ value }}'{{ ", " if not loop.last }}{% endfor %})
    group by {{ column_name }}
{% endtest %}

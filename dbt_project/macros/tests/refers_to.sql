{#- Fails with every key of this table that the other table does not have; null keys refer to nothing. -#}
{% test refers_to(model, columns, to, to_columns=none) %}
    {%- set others = to_columns or columns %}
    select {% for column in columns %}child.{{ column }}{{ ", " if not loop.last }}{% endfor %}, count(*) as row_count
    from {{ model }} as child
    where {% for column in columns %}child.{{ column }} is not null{{ " and " if not loop.last }}{% endfor %}
        and not exists (
            select 1
            from {{ to }} as parent
            where {% for column in columns %}parent.{{ others[loop.index0] }} = child.{{ column }}{{ " and " if not loop.last }}{% endfor %}
        )
    group by {% for column in columns %}child.{{ column }}{{ ", " if not loop.last }}{% endfor %}
{% endtest %}

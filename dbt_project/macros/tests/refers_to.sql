{#-
    Fails with every key of this table that the other table does not have; null keys refer to
    nothing. Each key is looked up once, however many rows have it.
-#}
{% test refers_to(model, columns, to, to_columns=none) %}
    {%- set others = to_columns or columns %}
    with keys as (
        select {{ columns | join(', ') }}, count(*) as row_count
        from {{ model }}
        where {% for column in columns %}{{ column }} is not null{{ " and " if not loop.last }}{% endfor %}
        group by {{ columns | join(', ') }}
    )

    select child.*
    from keys as child
    where not exists (
        select 1
        from {{ to }} as parent
        where {% for column in columns %}parent.{{ others[loop.index0] }} = child.{{ column }}{{ " and " if not loop.last }}{% endfor %}
    )
{% endtest %}

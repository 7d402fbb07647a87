{#-
    Fails with every key that more than one row has; nulls count as a value. Keys are counted by a
    number made of them, which costs a fraction of the memory; only keys that share one are looked
    at themselves.
-#}
{% test unique_key(model, columns) %}
    with numbered as (
        select hash({{ columns | join(', ') }}) as number, {{ columns | join(', ') }}
        from {{ model }}
    ),

    suspects as (
        select number
        from numbered
        group by number
        having count(*) > 1
    )

    select {{ columns | join(', ') }}, count(*) as row_count
    from numbered
    where number in (select suspects.number from suspects)
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{#- ratio_has_parts for many columns of a table in one scan; fails with the names of those that break it. -#}
{% test ratios_have_parts(model, ratios) %}
    with faults as (
        select [
            {%- for ratio in ratios %}
            {%- set numerator = ratio ~ '_numerator' %}
            {%- set denominator = ratio ~ '_denominator' %}
            count(*) filter (
                where ({{ numerator }} is not null and coalesce({{ denominator }} > 0, false)) <> ({{ ratio }} is not null)
                or abs({{ ratio }} - cast({{ numerator }} as double) / cast({{ denominator }} as double)) > 1e-9
            ){{ "," if not loop.last }}
            {%- endfor %}
        ] as counts
        from {{ model }}
    ),

    named as (
        select
            unnest([{% for ratio in ratios %}'{{ ratio }}'{{ ", " if not loop.last }}{% endfor %}]) as ratio,
            unnest(counts) as row_count
        from faults
    )

    select * from named
    where row_count > 0
{% endtest %}

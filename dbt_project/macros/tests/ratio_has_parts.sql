{#-
    Fails where <ratio> is not <ratio>_numerator / <ratio>_denominator, where it has a value although
    a part is missing or the denominator is not positive, or where it has none although it could.
-#}
{% test ratio_has_parts(model, ratio) %}
    {%- set numerator = ratio ~ '_numerator' %}
    {%- set denominator = ratio ~ '_denominator' %}
    select {{ ratio }}, {{ numerator }}, {{ denominator }}
    from {{ model }}
    where ({{ numerator }} is not null and coalesce({{ denominator }} > 0, false)) <> ({{ ratio }} is not null)
        or abs({{ ratio }} - cast({{ numerator }} as double) / cast({{ denominator }} as double)) > 1e-9
{% endtest %}

{#-
    The Wilson score interval of a proportion at 95 % (z = 1.959963984540054): E. B. Wilson,
    Journal of the American Statistical Association 22 (1927). Null where a part is missing, the
    denominator is not positive or the numerator lies outside 0 and the denominator: such a pair
    is no proportion, whatever the division gives.
-#}
{% macro wilson_bound(numerator, denominator, sign) -%}
case
    when {{ denominator }} > 0 and {{ numerator }} >= 0 and {{ numerator }} <= {{ denominator }}
        then {{ 'greatest(0.0, ' if sign == '-' else 'least(1.0, ' }}(
            cast({{ numerator }} as double) + 1.9207294103470627
            {{ sign }} 1.959963984540054 * sqrt(
                cast({{ numerator }} as double)
                * (cast({{ denominator }} as double) - cast({{ numerator }} as double))
                / cast({{ denominator }} as double)
                + 0.9603647051735313
            )
        ) / (cast({{ denominator }} as double) + 3.8414588206941254))
end
{%- endmacro %}

{% macro wilson_low(numerator, denominator) -%}
{{ wilson_bound(numerator, denominator, '-') }}
{%- endmacro %}

{% macro wilson_high(numerator, denominator) -%}
{{ wilson_bound(numerator, denominator, '+') }}
{%- endmacro %}

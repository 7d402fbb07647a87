{#-
    The columns of int_reports__wide that have no breakdown or are of all applicants together, read
    from the generated list: `wide_totals('concept')` gives a VALUES list of concept, table and
    slot; 'slot' the slots and 'column' the columns, each as a list in the same order.
-#}
{% macro wide_totals(what) -%}
    {%- set seen = namespace(first=true) -%}
    {{ 'values' if what == 'concept' else '[' }}
    {%- for line in wide_slots().splitlines() -%}
        {%- set parts = line.split("'") -%}
        {%- if parts | length > 8 and parts[3] in ('', 'total') -%}
            {%- set slot = parts[8].strip(' ,)') -%}
            {{ '' if seen.first else ', ' }}
            {%- if what == 'concept' %}('{{ parts[1] }}', '{{ parts[5] }}', {{ slot }})
            {%- elif what == 'slot' %}{{ slot }}
            {%- else %}{{ parts[1].replace('.', '__') }}{{ '__' ~ parts[3] if parts[3] }}
            {%- endif -%}
            {%- set seen.first = false -%}
        {%- endif -%}
    {%- endfor -%}
    {{ '' if what == 'concept' else ']' }}
{%- endmacro %}

{#-
    CREATE TABLE for dbt-duckdb, with the columns of the contract in their order. A mart that is
    made whole lies in the order of its key, so that two builds give the same file.
-#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- set contracted = config.get('contract').enforced and not temporary -%}
    {%- set key = config.get('meta', {}).get('key') if config.get('materialized') == 'table' else none -%}
    {%- if contracted %}{{ get_assert_columns_equivalent(compiled_code) }}{% endif %}
    create {{ 'temp ' if temporary }}table {{ relation.include(database=(not temporary), schema=(not temporary)) }} as
    {{ get_select_subquery(compiled_code) if contracted else compiled_code }}
    {%- if key and contracted %}
    order by {{ key | join(', ') }}
    {%- endif %}
{%- endmacro %}

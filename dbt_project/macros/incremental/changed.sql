{#-
    The reports that differ from those of the last whole build, as assets/warehouse/changes.py
    found them. Only a build that goes on from there has this table; every other one makes all.
-#}
{% macro changed_reports() -%}
work.main.changed_reports
{%- endmacro %}

{% macro is_partial_run() %}
    {%- if not execute %}{{ return(false) }}{% endif -%}
    {%- set found = run_query(
        "select count(*) from duckdb_tables() "
        ~ "where database_name = 'work' and table_name = 'changed_reports'"
    ) -%}
    {{ return(found.columns[0].values()[0] > 0) }}
{% endmacro %}

{#- What dbt wraps the rows of a generic test in: in a partial run only what was made in it. -#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- set node = graph.nodes.get(model.attached_node) if model.attached_node else none -%}
    {%- set partial = node is not none and node.config.materialized == 'incremental' and is_partial_run() -%}
    {%- if where or partial -%}
        {%- set conditions = ([where] if where else []) + (
            [is_changed(node.config.get('meta', {}))] if partial else []
        ) -%}
        {%- do return("(select * from " ~ relation ~ " where " ~ conditions | join(' and ') ~ ") dbt_subquery") -%}
    {%- else -%}
        {%- do return(relation) -%}
    {%- endif -%}
{%- endmacro %}

{#- The rows of a table that are made again: those of changed reports, or its slices with one. -#}
{% macro is_changed(meta) -%}
    {%- set slice = meta.get('slice', ['report_id']) | join(', ') -%}
    ({{ slice }}) in (select {{ slice }} from {{ changed_reports() }})
{%- endmacro %}

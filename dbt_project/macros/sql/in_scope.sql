{#-
    Stands in a model for the reports that are to be made. The materialization puts the real
    condition in its place, for each piece that it makes; in a unit test all rows pass.
    No table is named where there is one only.
-#}
{% macro in_scope(alias='-') -%}
true /* in_scope {{ alias }} */
{%- endmacro %}

{#- The same for rows that are read through the report of the year after. -#}
{% macro in_scope_year_before(alias='-') -%}
true /* in_scope_year_before {{ alias }} */
{%- endmacro %}

{#- The reports that are to be made and those that they are set against. -#}
{% macro in_scope_with_year_before(alias='-') -%}
true /* in_scope_with_year_before {{ alias }} */
{%- endmacro %}

{#- For a test of its own over many rows: all of them, or in a partial run those of changed reports. -#}
{% macro changed_only(alias='-') -%}
{%- if execute is defined and execute and is_partial_run() -%}
{{ alias ~ '.' if alias != '-' }}report_id in (select changed.report_id from {{ changed_reports() }} as changed)
{%- else -%}
true
{%- endif -%}
{%- endmacro %}

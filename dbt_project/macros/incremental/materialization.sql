{#-
    How a table with report_id is made. A whole build makes it year by year, each year sorted by
    meta.sorted_by, so that memory is bounded and filters by agency skip most of the file. A
    partial one replaces the rows of the changed reports. The statements of a model are one
    transaction.
-#}
{% materialization incremental, adapter="duckdb", supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set partial = existing is not none and existing.is_table and is_partial_run() -%}
    {%- set meta = config.get('meta', {}) -%}
    {%- set sorted_by = meta.get('sorted_by', ['report_id']) -%}
    {%- set slices = changed_slices(meta) if partial else whole_slices(meta.get('by_year', true)) -%}

    {{ run_hooks(pre_hooks) }}
    {% if existing is not none and not partial %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {% if not partial %}
        {% call statement('create') %}
            {{ create_table_as(False, target, "select * from (" ~ scoped(compiled_code, ["false", "false"]) ~ "\n) limit 0", 'sql') }}
        {% endcall %}
    {% else %}
        {% call statement('delete') %}
            delete from {{ target }}
            where {{ is_changed(meta) }}
        {% endcall %}
    {% endif %}
    {%- set columns = adapter.get_columns_in_relation(target) | map(attribute='quoted') | join(', ') -%}
    {% for slice in slices %}
        {% call statement('main' if loop.last else 'slice') %}
            insert into {{ target }} ({{ columns }})
            select {{ columns }} from ({{ scoped(compiled_code, slice) }}
            )
            order by {{ sorted_by | join(', ') }}
        {% endcall %}
    {% endfor %}
    {% do persist_docs(target, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- A model's SQL with the marks of in_scope replaced by conditions; ALIAS stands for the table. -#}
{% macro scoped(sql, slice) %}
    {%- set out = namespace(sql=sql) -%}
    {%- for mark, condition in [
        ('in_scope', slice[0]),
        ('in_scope_year_before', slice[1]),
        ('in_scope_with_year_before', slice[0] ~ ' or ' ~ slice[1]),
    ] -%}
        {%- for alias in modules.re.findall('/\* ' ~ mark ~ ' (\w+|-) \*/', sql) -%}
            {%- set out.sql = out.sql.replace(
                'true /* ' ~ mark ~ ' ' ~ alias ~ ' */',
                '(' ~ condition.replace('ALIAS.', '' if alias == '-' else alias ~ '.') ~ ')'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(out.sql) }}
{% endmacro %}

{#- The conditions of each piece of a whole build: of the reports, and of those of the year before. -#}
{% macro whole_slices(by_year) %}
    {%- if not by_year %}{{ return([['true', 'true']]) }}{% endif -%}
    {%- set found = run_query(
        "select distinct report_year from work.main.stg_lake__reports "
        ~ "where report_year is not null order by report_year"
    ) -%}
    {%- set slices = [] -%}
    {%- for year in found.columns[0].values() -%}
        {%- do slices.append(['ALIAS.report_year = ' ~ year, 'ALIAS.report_year = ' ~ (year - 1)]) -%}
    {%- endfor -%}
    {%- do slices.append(['ALIAS.report_year is null', 'false']) -%}
    {{ return(slices) }}
{% endmacro %}

{#-
    The conditions of a partial build. Years and, while they are few, reports are named one by
    one, because the engine then skips files and row groups that cannot hold them.
-#}
{% macro changed_slices(meta) %}
    {%- set slice = meta.get('slice', ['report_id']) -%}
    {%- set years = run_query(
        "select distinct report_year from " ~ changed_reports() ~ " where report_year is not null order by 1"
    ).columns[0].values() -%}
    {%- set undated = run_query(
        "select count(*) from " ~ changed_reports() ~ " where report_year is null"
    ).columns[0].values()[0] -%}
    {%- set before = [] -%}
    {%- for year in years %}{% do before.append(year - 1) %}{% endfor -%}
    {%- set conditions = [] -%}
    {%- if slice == ['report_id'] -%}
        {%- do conditions.append(named_reports(changed_reports())) -%}
    {%- else -%}
        {%- set columns = [] -%}
        {%- for column in slice %}{% do columns.append('ALIAS.' ~ column) %}{% endfor -%}
        {%- do conditions.append(
            '(' ~ columns | join(', ') ~ ') in (select ' ~ slice | join(', ') ~ ' from ' ~ changed_reports() ~ ')'
        ) -%}
    {%- endif -%}
    {%- if years and not undated -%}
        {%- do conditions.append('ALIAS.report_year in (' ~ (years | join(', ')) ~ ')') -%}
    {%- endif -%}
    {%- set earlier = [named_reports('work.main.reports_before_changed')] -%}
    {%- if before -%}
        {%- do earlier.append('ALIAS.report_year in (' ~ (before | join(', ')) ~ ')') -%}
    {%- endif -%}
    {{ return([[conditions | join(' and '), earlier | join(' and ')]]) }}
{% endmacro %}

{% macro named_reports(relation) %}
    {%- set ids = run_query("select distinct report_id from " ~ relation ~ " order by 1 limit 201").columns[0].values() -%}
    {%- if not ids -%}
        {{ return('false') }}
    {%- elif ids | length <= 200 -%}
        {{ return("ALIAS.report_id in ('" ~ (ids | join("', '")) ~ "')") }}
    {%- else -%}
        {{ return('ALIAS.report_id in (select named.report_id from ' ~ relation ~ ' as named)') }}
    {%- endif -%}
{% endmacro %}

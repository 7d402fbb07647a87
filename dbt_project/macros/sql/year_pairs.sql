{#-
    A figure of a report against the one of the report of the year before. The arguments name
    expressions: the previous report, the format of the table in both years, and the ranks of
    int_concept_groups__comparability and int_concept_groups__breaks (null where they have no row).
-#}
{% macro year_obstacle(previous_report_id, format_id, previous_format_id, rank) -%}
case
    when {{ previous_report_id }} is null then 'no_report'
    when {{ format_id }} is null then 'no_table'
    when {{ previous_format_id }} is null then 'no_previous_table'
    when {{ is_mixed_form(format_id) }} or {{ is_mixed_form(previous_format_id) }} then 'mixed_forms'
    when {{ rank }} is null then 'not_printed'
    when {{ rank }} = 2 then 'not_comparable'
end
{%- endmacro %}

{#- The worst of what the formats and the year say; null where the formats cannot be compared. -#}
{% macro worst_rank(format_rank, break_rank) -%}
case
    when {{ format_rank }} is not null then greatest({{ format_rank }}, coalesce({{ break_rank }}, 0))
end
{%- endmacro %}

{% macro year_note_zh(obstacle, format_note, break_note) -%}
nullif(concat_ws(
    '；',
    case {{ obstacle }}
        when 'no_report' then '上一年度没有现行报告'
        when 'no_table' then '本年度报告没有此表'
        when 'no_previous_table' then '上一年度报告没有此表'
        when 'mixed_forms' then '有一年此表各部分所用格式不一'
        when 'not_printed' then '上一年度所用格式没有此项'
    end,
    nullif({{ format_note }}, ''),
    nullif({{ break_note }}, '')
), '')
{%- endmacro %}

{% macro year_note_en(obstacle, format_note, break_note) -%}
nullif(concat_ws(
    '; ',
    case {{ obstacle }}
        when 'no_report' then 'no current report for the year before'
        when 'no_table' then 'the report of the year lacks the table'
        when 'no_previous_table' then 'the report of the year before lacks the table'
        when 'mixed_forms' then 'in one year, parts of the table follow different forms'
        when 'not_printed' then 'the form used the year before does not print it'
    end,
    nullif({{ format_note }}, ''),
    nullif({{ break_note }}, '')
), '')
{%- endmacro %}

{#- Two notes as one; few rows have the second. -#}
{% macro joined_notes(separator, note, other) -%}
case when {{ other }} is null then {{ note }} else concat_ws('{{ separator }}', {{ note }}, {{ other }}) end
{%- endmacro %}

{#- The key, in int_figures__compared, of the forms in force in a year and the year before. -#}
{% macro pair_in_force(report_year) -%}
concat('in force|', {{ report_year }})
{%- endmacro %}

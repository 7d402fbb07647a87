with reports as (
    select * from {{ ref('int_reports__figures') }}
),

indicators as (
    select * from {{ ref('stg_lake__ref_indicator') }}
),

terms as (
    select distinct
        indicator_id,
        concept,
        table_id
    from {{ ref('stg_lake__ref_indicator_term') }}
    where concept is not null
),

comparability as (
    select * from {{ ref('int_formats__comparability') }}
),

breaks as (
    select * from {{ ref('int_breaks__ranked') }}
),

formats as (
    select * from {{ ref('stg_lake__ref_format') }}
),

tables as (
    select list(distinct table_id) as table_ids from terms
),

-- What holds for the figures of a region: the forms in force in a year and the year before.
in_force as (
    select
        years.report_year,
        governing.format_id,
        earlier.format_id as previous_format_id
    from (select distinct report_year from reports) as years
    left join formats as governing
        on
            years.report_year between
            governing.first_report_year and coalesce(governing.last_report_year, years.report_year)
    left join formats as earlier
        on
            years.report_year - 1 between
            earlier.first_report_year and coalesce(earlier.last_report_year, years.report_year)
),

-- Reports of one year whose tables follow the same formats as those of the year before compare
-- alike: a few dozen pairs stand for all reports.
pairs as (
    select
        pair_key,
        any_value(report_year) as report_year,
        any_value(formats) as formats,
        any_value(previous_formats) as previous_formats,
        bool_or(previous_report_id is not null) as has_previous
    from reports
    group by pair_key
    union all
    select
        {{ pair_in_force('in_force.report_year') }} as pair_key,
        in_force.report_year,
        map(
            tables.table_ids,
            list_transform(tables.table_ids, lambda table_id: in_force.format_id)
        ) as formats,
        map(
            tables.table_ids,
            list_transform(tables.table_ids, lambda table_id: in_force.previous_format_id)
        ) as previous_formats,
        in_force.previous_format_id is not null as has_previous
    from in_force
    cross join tables
),

steps as (
    select
        pairs.pair_key,
        terms.indicator_id,
        map_extract_value(pairs.formats, terms.table_id) is null as lacks_table,
        map_extract_value(pairs.previous_formats, terms.table_id) is null as lacks_previous_table,
        {{ is_mixed_form('map_extract_value(pairs.formats, terms.table_id)') }}
        or {{ is_mixed_form('map_extract_value(pairs.previous_formats, terms.table_id)') }}
            as is_mixed,
        case
            when comparability.comparability_rank is not null
                then greatest(
                    comparability.comparability_rank, coalesce(breaks.comparability_rank, 0)
                )
        end as comparability_rank,
        nullif(concat_ws('；', comparability.note_zh, breaks.note_zh), '') as note_zh,
        nullif(concat_ws('; ', comparability.note_en, breaks.note_en), '') as note_en
    from pairs
    cross join terms
    left join comparability
        on
            terms.concept = comparability.concept
            and map_extract_value(pairs.formats, terms.table_id) = comparability.format_id
            and map_extract_value(pairs.previous_formats, terms.table_id)
            = comparability.other_format_id
    left join breaks
        on terms.concept = breaks.concept and pairs.report_year = breaks.first_year
),

worst as (
    select
        pair_key,
        indicator_id,
        bool_or(lacks_table) as lacks_table,
        bool_or(lacks_previous_table) as lacks_previous_table,
        bool_or(is_mixed) as is_mixed,
        bool_or(comparability_rank is null) as is_not_printed,
        max(comparability_rank) as comparability_rank,
        string_agg(distinct note_zh, '；' order by note_zh) as note_zh,
        string_agg(distinct note_en, '; ' order by note_en) as note_en
    from steps
    group by pair_key, indicator_id
),

judged as (
    select
        pairs.pair_key,
        indicators.indicator_id,
        indicators.position,
        worst.note_zh,
        worst.note_en,
        case
            when not pairs.has_previous then 'no_report'
            when worst.lacks_table then 'no_table'
            when worst.lacks_previous_table then 'no_previous_table'
            when worst.is_mixed then 'mixed_forms'
            when worst.is_not_printed then 'not_printed'
            when worst.comparability_rank = 2 then 'not_comparable'
        end as obstacle,
        case
            when pairs.has_previous and not coalesce(worst.is_not_printed, false)
                then coalesce(worst.comparability_rank, 0)
        end as comparability_rank
    from pairs
    cross join indicators
    left join worst
        on pairs.pair_key = worst.pair_key and indicators.indicator_id = worst.indicator_id
)

-- A figure is as comparable as the worst of its terms; measures follow no form.
select
    pair_key,
    indicator_id,
    position,
    obstacle,
    note_zh,
    note_en,
    obstacle is null as is_comparable,
    {{ comparability_word('comparability_rank') }} as comparability,
    {{ year_note_zh('obstacle', 'note_zh', 'null') }} as break_note,
    {{ year_note_en('obstacle', 'note_en', 'null') }} as break_note_en
from judged

with reports as (
    select * from {{ ref('int_reports__current') }}
),

events as (
    select
        kind as event_kind,
        event_on,
        from_code,
        to_code
    from {{ ref('stg_lake__ref_agency_event') }}
    where kind in ('merged', 'split', 'transferred', 'abolished') and event_on is not null
),

names as (
    select * from {{ ref('int_agency_names__latest') }}
),

-- Both agencies of an event that moves work are other agencies than they were. A change within a
-- year sets that year apart from the one before, and the next one, the first whole one, from it.
affected as (
    select
        *,
        unnest(
            case
                when month(event_on) = 1 and day(event_on) = 1 then [year(event_on)]
                else [year(event_on), year(event_on) + 1]
            end
        ) as report_year
    from events
),

sides as (
    select
        affected.to_code as agency_code,
        affected.report_year,
        affected.event_on,
        '并入' || names.agency_name || '的职责' as what_zh,
        'work of ' || names.agency_name || ' came to it' as what_en
    from affected
    inner join names on affected.from_code = names.agency_code
    union all
    select
        affected.from_code as agency_code,
        affected.report_year,
        affected.event_on,
        '职责划转' || names.agency_name as what_zh,
        'work of it went to ' || names.agency_name as what_en
    from affected
    inner join names on affected.to_code = names.agency_code
),

notes as (
    select
        agency_code,
        report_year,
        string_agg(
            strftime(event_on, '%Y-%m-%d') || ' ' || what_zh, '；' order by event_on, what_zh
        ) as agency_note_zh,
        string_agg(
            strftime(event_on, '%Y-%m-%d') || ' ' || what_en, '; ' order by event_on, what_en
        ) as agency_note_en
    from sides
    group by agency_code, report_year
)

-- An heir without a report of its own before has the note too: it says why there is none.
select
    reports.report_id,
    reports.report_year,
    earlier.report_id as previous_report_id,
    earlier.report_year as previous_year,
    notes.agency_note_zh,
    notes.agency_note_en
from reports
left join reports as earlier
    on
        reports.agency_code = earlier.agency_code
        and reports.is_synthetic = earlier.is_synthetic
        and reports.report_year - 1 = earlier.report_year
left join notes
    on reports.agency_code = notes.agency_code and reports.report_year = notes.report_year

with facts as (
    select * from {{ ref('int_facts__comparable') }}
),

formats as (
    select * from {{ ref('dim_format') }}
),

comparability as (
    select * from {{ ref('int_formats__comparability') }}
),

concepts as (
    select * from {{ ref('int_concepts__described') }}
),

-- Within a year, the form that governs it is the measure; who filed on another one is set apart
-- where the crosswalk says that the two do not mean the same.
judged as (
    select
        facts.*,
        governing.format_id as governing_format_id,
        comparability.comparability_rank,
        comparability.note_zh,
        comparability.note_en,
        case
            when governing.format_id is null then 'no_format'
            when comparability.comparability_rank is null then 'not_printed'
            when comparability.comparability_rank = 2 then 'not_comparable'
            when facts.unit is null and facts.value is not null then 'no_unit'
        end as obstacle
    from facts
    left join formats as governing
        on
            facts.report_year >= governing.first_report_year
            and facts.report_year <= coalesce(governing.last_report_year, facts.report_year)
    left join comparability
        on
            facts.concept = comparability.concept
            and facts.format_id = comparability.format_id
            and governing.format_id = comparability.other_format_id
),

-- Peers are agencies of the same known kind with a figure that may be compared.
peers as (
    select
        *,
        kind <> 'unknown' and obstacle is null and value is not null as is_peer
    from judged
),

measured as (
    select
        report_id,
        concept,
        breakdown,
        rank() over (
            partition by is_synthetic, report_year, concept, breakdown, kind, unit
            order by value desc
        ) as peer_rank
    from peers
    where is_peer
),

summaries as (
    select
        is_synthetic,
        report_year,
        concept,
        breakdown,
        kind,
        unit,
        count(*) as peer_count,
        cast(sum(value) as decimal(38, 6)) as peer_total,
        min(value) as peer_min,
        quantile_cont(cast(value as double), 0.25) as peer_p25,
        quantile_cont(cast(value as double), 0.5) as peer_median,
        quantile_cont(cast(value as double), 0.75) as peer_p75,
        max(value) as peer_max,
        count(*) filter (where needs_review_count > 0) as peer_needs_review_count
    from peers
    where is_peer
    group by is_synthetic, report_year, concept, breakdown, kind, unit
)

select
    peers.report_year,
    peers.concept,
    peers.breakdown,
    concepts.label_zh,
    concepts.label_en,
    peers.agency_code,
    peers.agency_name,
    peers.kind,
    peers.report_id,
    peers.format_id,
    peers.unit,
    peers.value,
    peers.value_status,
    peers.needs_review_count,
    peers.obstacle is null as is_comparable,
    {{ comparability_word('peers.comparability_rank') }} as comparability,
    nullif(concat_ws(
        '；',
        case peers.obstacle
            when 'no_format' then '没有管辖该年度的格式'
            when 'not_printed' then '该年度的格式没有此项'
            when 'no_unit' then '表格未印单位，金额不可比'
        end,
        peers.note_zh
    ), '') as break_note,
    nullif(concat_ws(
        '; ',
        case peers.obstacle
            when 'no_format' then 'no form governs the year'
            when 'not_printed' then 'the form of the year does not print it'
            when 'no_unit' then 'no unit is printed, amounts cannot be compared'
        end,
        peers.note_en
    ), '') as break_note_en,
    measured.peer_rank,
    coalesce(summaries.peer_count, 0) as peer_count,
    summaries.peer_total,
    summaries.peer_min,
    summaries.peer_p25,
    summaries.peer_median,
    summaries.peer_p75,
    summaries.peer_max,
    coalesce(summaries.peer_needs_review_count, 0) as peer_needs_review_count,
    case when peers.is_peer then peers.value end as peer_share_numerator,
    case when peers.is_peer then summaries.peer_total end as peer_share_denominator,
    case when peers.is_peer then {{ safe_ratio('peers.value', 'summaries.peer_total') }} end
        as peer_share,
    peers.is_synthetic
from peers
left join measured
    on
        peers.report_id = measured.report_id
        and peers.concept = measured.concept
        and peers.breakdown = measured.breakdown
left join summaries
    on
        peers.is_synthetic = summaries.is_synthetic
        and peers.report_year = summaries.report_year
        and peers.concept = summaries.concept
        and peers.breakdown = summaries.breakdown
        and peers.kind = summaries.kind
        and peers.unit = summaries.unit
left join concepts on peers.concept = concepts.concept and peers.breakdown = concepts.breakdown

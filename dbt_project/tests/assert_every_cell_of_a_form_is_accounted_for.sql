-- A report shows each block it prints whole: absent cells are rows too, never gaps.
with printed as (
    select
        report_id,
        format_id,
        table_id,
        block,
        count(*) as cell_count
    from {{ ref('fct_report_item') }}
    where {{ changed_only() }}
    group by report_id, format_id, table_id, block
),

planned as (
    select
        format_id,
        table_id,
        block,
        count(*) as cell_count
    from {{ ref('dim_item') }}
    group by format_id, table_id, block
)

select
    printed.report_id,
    printed.format_id,
    printed.table_id,
    printed.block,
    printed.cell_count,
    planned.cell_count as planned_count
from printed
left join planned
    on
        printed.format_id = planned.format_id
        and printed.table_id = planned.table_id
        and printed.block = planned.block
where printed.cell_count is distinct from planned.cell_count

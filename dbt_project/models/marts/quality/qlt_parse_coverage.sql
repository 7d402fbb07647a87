with documents as (
    select * from {{ ref('fct_document') }}
),

reports as (
    select * from {{ ref('fct_report') }}
),

unmapped as (
    select * from {{ ref('int_unmapped__counted') }}
),

-- A document counts for the year of the first report found in it.
years as (
    select
        doc_id,
        count(*) as report_count,
        min(report_year) filter (where ordinal = 1) as report_year
    from reports
    group by doc_id
),

cells as (
    select
        doc_id,
        cast(sum(cells_expected_count) as bigint) as cells_expected_count,
        cast(sum(cells_found_count) as bigint) as cells_found_count,
        cast(sum(cells_needs_review_count) as bigint) as cells_needs_review_count
    from {{ ref('int_cells__counted') }}
    group by doc_id
),

counted as (
    select
        years.report_year,
        documents.media_type,
        documents.parser,
        documents.status,
        documents.is_synthetic,
        count(*) as document_count,
        cast(coalesce(sum(years.report_count), 0) as bigint) as report_count,
        cast(coalesce(sum(cells.cells_expected_count), 0) as bigint) as cells_expected_count,
        cast(coalesce(sum(cells.cells_found_count), 0) as bigint) as cells_found_count,
        cast(coalesce(sum(cells.cells_needs_review_count), 0) as bigint)
            as cells_needs_review_count,
        cast(coalesce(sum(unmapped.unmapped_cell_count), 0) as bigint) as unmapped_cell_count,
        cast(coalesce(sum(unmapped.unmapped_number_count), 0) as bigint) as unmapped_number_count
    from documents
    left join years on documents.doc_id = years.doc_id
    left join cells on documents.doc_id = cells.doc_id
    left join unmapped on documents.doc_id = unmapped.doc_id
    group by
        years.report_year,
        documents.media_type,
        documents.parser,
        documents.status,
        documents.is_synthetic
)

select
    report_year,
    media_type,
    parser,
    status,
    document_count,
    report_count,
    cells_expected_count,
    cells_found_count,
    cells_needs_review_count,
    unmapped_cell_count,
    unmapped_number_count,
    cells_found_count as cells_found_ratio_numerator,
    cells_expected_count as cells_found_ratio_denominator,
    {{ safe_ratio('cells_found_count', 'cells_expected_count') }} as cells_found_ratio,
    is_synthetic
from counted

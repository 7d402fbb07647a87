"""A report as a person wants to see it: its tables laid out as printed, doubts and findings marked.

Plain values in (rows of the published tables, or of a draft that was just read), plain values
out; terminal.py draws them and `as_json` writes them. Layout comes from rows of dim_item or from
the catalog, so that a report of any format, or of two mixed, is shown by the same code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from assets.exports.finding_view import FindingView, place_text, plain_number, sorted_findings
from assets.exports.messages import Language, say, status_name
from assets.exports.reasons import reason_code, reason_in
from schemas.labels import label_path, last_label
from schemas.vocabulary import ReviewStatus, ValueStatus

Row = Mapping[str, Any]
DOUBTS_NAMED = 4


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as shown: its text, and whether a person should look at it."""

    text: str
    unsure: bool
    value_status: str
    item_code: str
    breakdown: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A row of a shown table; a heading row has no cells. `depth` is its place in the row tree."""

    label: str
    depth: int
    cells: tuple[CellView, ...] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    """One block of a table: columns across, lines down.

    `unit` is that of all columns, '' where they differ and `column_units` has each.
    """

    table_id: str
    block: str
    format_id: str
    title: str
    unit: str
    columns: tuple[str, ...]
    lines: tuple[LineView, ...]
    column_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoubtView:
    """Cells that a careful reader would not assert: why, and the other reading if there is one.

    `codes` names them as files of corrections do: item code, and breakdown where there is one.
    `reason_code` names the kind of reason in reasons.yml, '' where it is none of those.
    """

    label: str
    text: str
    reason: str
    place: str
    other: str
    codes: tuple[str, ...] = ()
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class LeakView:
    """What a table prints in the same row and no cell of its form took."""

    text: str
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the running text."""

    section_no: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything there is to show of one report."""

    header: tuple[tuple[str, str], ...]
    tables: tuple[TableView, ...]
    legend: tuple[str, ...]
    doubts: tuple[DoubtView, ...]
    corrections: tuple[DoubtView, ...]
    leaks: tuple[LeakView, ...]
    findings: tuple[FindingView, ...]
    sections: tuple[SectionView, ...]


def _cell(item: Row, layout: Row, lang: Language) -> CellView:
    status = item["value_status"]
    if status == ValueStatus.REPORTED:
        # A cell that prints its own unit is shown as printed: the column head states another one.
        own_unit = item.get("unit") not in (None, "", layout["unit"])
        text = plain_number(item["value"]) + (f" {item['unit']}" if own_unit else "")
    elif item.get("correction_id") and status == ValueStatus.PLACEHOLDER:
        text = "/"
    elif status in (ValueStatus.PLACEHOLDER, ValueStatus.TEXT) and not item.get("correction_id"):
        raw = " ".join((item.get("raw_text") or "").split())
        text = raw if len(raw) <= 12 else raw[:11] + "…"
    else:
        text = say(f"mark.{status}", lang)
    unsure = item["review_status"] == ReviewStatus.NEEDS_REVIEW
    mark = "*" if item.get("correction_id") else ""
    return CellView(
        text=text + mark + ("(?)" if unsure else ""),
        unsure=unsure,
        value_status=status,
        item_code=item["item_code"],
        breakdown=item["breakdown"],
    )


def _lines(
    cells: Sequence[tuple[Row, Row]], lang: Language
) -> tuple[tuple[str, ...], list[LineView]]:
    """Pivots the cells of one block: column labels, and lines with a heading for each row group."""
    columns = list(dict.fromkeys(layout["column_label"] for layout, _ in cells))
    by_row: dict[str, dict[str, CellView]] = {}
    for layout, item in cells:
        by_row.setdefault(layout["row_label"], {})[layout["column_label"]] = _cell(
            item, layout, lang
        )
    lines: list[LineView] = []
    open_groups: tuple[str, ...] = ()
    for row_label, found in by_row.items():
        path = label_path(row_label)
        for depth, group in enumerate(path[:-1]):
            if path[: depth + 1] != open_groups[: depth + 1]:
                lines.append(LineView(group, depth))
        open_groups = path[:-1]
        none = CellView("", False, "", "", "")
        shown = tuple(found.get(column, none) for column in columns)
        lines.append(LineView(path[-1], len(path) - 1, shown))
    return tuple(map(last_label, columns)), lines


def build_tables(
    layout: Iterable[Row], items: Iterable[Row], titles: Mapping[str, str], lang: Language
) -> tuple[TableView, ...]:
    """The tables of a report, one view per block, in printed order.

    Args:
        layout: rows of dim_item (or cells of the catalog as mappings).
        items: rows of fct_report_item of one report.
        titles: table_id to the name to show.
        lang: language of the marks.
    """
    known = {(row["format_id"], row["item_code"], row["breakdown"]): row for row in layout}
    pairs = [
        (known[key], item)
        for item in items
        if (key := (item["format_id"], item["item_code"], item["breakdown"])) in known
    ]
    first: dict[tuple[str, ...], int] = {}
    for place, item in pairs:
        for key in ((item["table_id"],), (item["table_id"], item["block"])):
            first[key] = min(place["position"], first.get(key, place["position"]))
    pairs.sort(
        key=lambda pair: (
            first[(pair[1]["table_id"],)],
            first[pair[1]["table_id"], pair[1]["block"]],
            pair[0]["position"],
        )
    )
    tables: list[TableView] = []
    for (table_id, block), members in groupby(
        pairs, key=lambda pair: (pair[1]["table_id"], pair[1]["block"])
    ):
        cells = list(members)
        columns, lines = _lines(cells, lang)
        units = tuple({layout["column_label"]: layout["unit"] for layout, _ in cells}.values())
        one = len(set(units)) == 1
        tables.append(
            TableView(
                table_id=table_id,
                block=block,
                format_id=cells[0][1]["format_id"],
                title=titles.get(table_id, table_id),
                unit=units[0] if one else "",
                columns=columns,
                lines=tuple(lines),
                column_units=units,
            )
        )
    return tuple(tables)


def legend_for(
    tables: Iterable[TableView], items: Iterable[Row], lang: Language
) -> tuple[str, ...]:
    """The explanations of the marks that are used in these tables, and of no others."""
    used = {cell.value_status for t in tables for line in t.lines for cell in line.cells}
    rows = list(items)
    out = [say(f"legend.{mark}", lang) for mark in ("blank", "absent", "undecided") if mark in used]
    if any(row["review_status"] == ReviewStatus.NEEDS_REVIEW for row in rows):
        out.insert(0, say("legend.unsure", lang))
    if any(row.get("correction_id") for row in rows):
        out.append(say("legend.correction", lang))
    return tuple(out)


def doubts_of(layout: Iterable[Row], items: Iterable[Row], lang: Language) -> tuple[DoubtView, ...]:
    """The unsure cells of a report with reason and place; cells of one reason are one entry."""
    unsure = [item for item in items if item["review_status"] == ReviewStatus.NEEDS_REVIEW]
    return _by_reason(layout, unsure, lang)


def _by_reason(
    layout: Iterable[Row], items: Iterable[Row], lang: Language
) -> tuple[DoubtView, ...]:
    known = {(row["format_id"], row["item_code"], row["breakdown"]): row for row in layout}

    def position(item: Row) -> int:
        place = known.get((item["format_id"], item["item_code"], item["breakdown"]))
        return place["position"] if place else 0

    groups: dict[tuple[str, str], list[Row]] = {}
    for item in sorted(items, key=lambda item: (item["table_id"], position(item))):
        groups.setdefault((item["table_id"], item.get("review_reason") or ""), []).append(item)
    out: list[DoubtView] = []
    for (_, reason), members in groups.items():
        names = []
        for item in members:
            place = known.get((item["format_id"], item["item_code"], item["breakdown"]))
            row, column = (
                (last_label(place["row_label"]), last_label(place["column_label"]))
                if place
                else (item["item_code"], item["breakdown"])
            )
            names.append(f"{row}·{column}")
        first, more = members[0], len(members) - DOUBTS_NAMED
        rest = say("view.and_more", lang, count=more) if more > 0 else ""
        out.append(
            DoubtView(
                label="、".join(names[:DOUBTS_NAMED]) + rest,
                text=" ".join(f"“{(item.get('raw_text') or '').strip()}”" for item in members),
                reason=reason_in(reason, lang),
                place=place_text(first.get("page"), first.get("locator"), lang),
                other=reason_in(first.get("runner_up"), lang),
                codes=tuple(f"{item['item_code']} {item['breakdown']}".strip() for item in members),
                reason_code=reason_code(reason),
            )
        )
    return tuple(out)


def leaks_of(unmapped: Iterable[Row], lang: Language) -> tuple[LeakView, ...]:
    """Unmapped cells of a report, those of one row and reason in one entry."""
    groups: dict[tuple[int, int, str], list[Row]] = {}
    for cell in unmapped:
        groups.setdefault((cell["grid_no"], cell["grid_row"], cell["reason"]), []).append(cell)
    return tuple(
        LeakView(
            text=" ".join(f"“{cell['raw_text'].strip()}”" for cell in members),
            reason=reason_in(reason, lang),
            place=place_text(members[0]["page"], members[0]["locator"], lang),
        )
        for (_, _, reason), members in groups.items()
    )


def header_of(report: Row, items: Sequence[Row], lang: Language) -> tuple[tuple[str, str], ...]:
    """The identity of a report as label and value pairs."""
    missing = say("view.not_stated", lang)
    period = " – ".join(str(report[key]) for key in ("period_start", "period_end") if report[key])
    unsure = sum(item["review_status"] == ReviewStatus.NEEDS_REVIEW for item in items)
    cells = f"{len(items)} ({say('summary.needs_review', lang)}: {unsure})"
    pairs: list[tuple[str, object]] = [
        ("agency", report["agency_name"] or report["agency_name_printed"]),
        ("year", report["report_year"]),
        ("title", report["title"]),
        ("period", period),
        ("published_on", report["published_on"]),
        ("document", report.get("delivered_as") or report.get("file_name")),
        ("reader", report.get("reader")),
        ("report_id", report["report_id"]),
        ("doc_id", report.get("doc_id")),
        ("cells", cells),
    ]
    if report.get("reason"):
        told = status_name(report["status"], lang)
        pairs[-1:-1] = [("status", told), ("reason", reason_in(report["reason"], lang))]
    if not report.get("is_current", True):
        pairs.append(("current", say("view.no", lang)))
    if report.get("is_synthetic"):
        pairs.append(("synthetic", say("view.yes", lang)))
    return tuple(
        (say(f"view.{name}", lang), str(value) if value not in (None, "") else missing)
        for name, value in pairs
    )


def build_view(
    report: Row,
    *,
    layout: Sequence[Row],
    items: Sequence[Row],
    titles: Mapping[str, str],
    unmapped: Iterable[Row],
    findings: Iterable[Row],
    sections: Iterable[Row],
    lang: Language,
) -> ReportView:
    """One report as a view.

    Args:
        report: row of fct_report; `file_name`, `reader`, `status` and `reason` may be added
            from fct_document.
        layout: rows of dim_item, of all formats that occur in `items`.
        items: rows of fct_report_item of the report.
        titles: table_id to the name to show.
        unmapped: rows of fct_unmapped_cell of the report.
        findings: rows of fct_finding of the report.
        sections: rows of fct_report_section of the report.
        lang: language of labels, marks and messages.
    """
    tables = build_tables(layout, items, titles, lang)
    return ReportView(
        header=header_of(report, items, lang),
        tables=tables,
        legend=legend_for(tables, items, lang),
        doubts=doubts_of(layout, items, lang),
        corrections=_by_reason(layout, [i for i in items if i.get("correction_id")], lang),
        leaks=leaks_of(unmapped, lang),
        findings=sorted_findings(findings, lang, items),
        sections=tuple(
            SectionView(row["section_no"], row["heading"], row["text"]) for row in sections
        ),
    )


def as_json(view: ReportView) -> dict[str, Any]:
    """A view as plain JSON values."""
    return asdict(view)

"""The declarative files, loaded once, cross-checked, and offered as typed values.

Everything that knows formats asks the Catalog; nothing else opens the files. A folder other than
the bundled one can be given, which is how a coming format is tried before it is adopted.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas.indicator_models import IndicatorFile
from schemas.indicators import Indicator, resolve_indicators
from schemas.models import (
    AgencyKindRow,
    AxisMember,
    BlockSpec,
    BreakRow,
    ColumnSpec,
    CrosswalkRow,
    FormatFile,
    ItemRow,
    LabelVariant,
    Registry,
    RegistryEntry,
    RowSpec,
    SectionSpec,
)
from schemas.peer_models import PeerGroupRow, RankingRow, ranking_fault, repeated_group
from schemas.rule_expr import check_terms
from schemas.rule_models import RULE_FILE, Rule

BUNDLED = Path(__file__).parent
REGISTER_FILES = ("divisions/", "agencies/", "sectors.csv")
"""Who and where: these settle whose a report is, and change nothing of what it says."""
COMPARISON_FILES = (
    *("crosswalk.csv", "breaks.csv", "indicators.yml", "peer_groups.csv", "rankings.csv"),
)
"""What reports are compared by: only the warehouse is made from these."""
CHECKING_FILES = ("rules/", "requirements.csv")
"""What reports are checked by: these change no reading."""
Row = TypeVar("Row", bound=BaseModel)


class CatalogError(ValueError):
    """The declarative files contradict each other; the message names file and entry."""


@dataclass(frozen=True, slots=True)
class Line:
    """A leaf row or column of a block: its labels from the outermost group inwards."""

    index: int
    path: tuple[str, ...]
    item: str
    breakdown: str
    is_total: bool

    @property
    def label(self) -> str:
        """The innermost printed label."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a format: one of the numbers that the official table prints."""

    format_id: str
    table_id: str
    block: str
    row: int
    column: int
    item_code: str
    breakdown: str
    row_label: str
    column_label: str
    label_en: str
    unit: str
    value_type: str
    is_total: bool
    position: int
    short_key: str


@dataclass(frozen=True, slots=True)
class Block:
    """A matrix of a table with one header; `cells` is row-major."""

    format_id: str
    table_id: str
    block: str
    label: str | None
    corner: str
    axis: str | None
    axis_label: str | None
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[Cell, ...]

    def cell(self, row: int, column: int) -> Cell:
        """The cell at leaf row `row` and leaf column `column`."""
        return self.cells[row * len(self.columns) + column]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a format."""

    table_id: str
    section: str
    short: str
    name_zh: str
    name_en: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """An official format with its registry entry."""

    format_id: str
    entry: RegistryEntry
    sections: tuple[SectionSpec, ...]
    tables: tuple[Table, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells in printed order."""
        return tuple(
            cell for table in self.tables for block in table.blocks for cell in block.cells
        )

    def table(self, table_id: str) -> Table:
        """The table with this id.

        Raises:
            KeyError: the format has no such table.
        """
        for table in self.tables:
            if table.table_id == table_id:
                return table
        raise KeyError(f"{self.format_id} has no table {table_id}")


@dataclass(frozen=True, eq=False)
class Catalog:
    """All declarative files of one folder, already cross-checked."""

    root: Path
    registry: Registry
    formats: dict[str, Format]
    items: dict[str, ItemRow]
    axes: dict[str, tuple[AxisMember, ...]]
    labels: tuple[LabelVariant, ...]
    crosswalk: tuple[CrosswalkRow, ...]
    breaks: tuple[BreakRow, ...]
    agency_kinds: tuple[AgencyKindRow, ...]
    peer_groups: tuple[PeerGroupRow, ...]
    rankings: tuple[RankingRow, ...]
    rules: tuple[Rule, ...]
    indicator_file: IndicatorFile
    hash: str
    """SHA-256 over all files but the register's."""
    report_hash: str
    """The same over the files that say what a report prints and whether that is right."""
    reading_hash: str
    """The same over the files that say what a report prints."""

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators of indicators.yml in its order, formulas resolved."""
        return resolve_indicators(self.indicator_file, self)

    @cached_property
    def report_years(self) -> tuple[int, ...]:
        """Every report year that some format governs, ascending."""
        first = min(entry.report_years.from_year for entry in self.registry.formats)
        return tuple(range(first, self.registry.last_report_year + 1))

    def format_for(self, report_year: int | None) -> Format | None:
        """The format that governs a report year; None outside all of them."""
        for entry in self.registry.formats:
            years = entry.report_years
            last = years.to if years.to is not None else self.registry.last_report_year
            if report_year is not None and years.from_year <= report_year <= last:
                return self.formats[entry.format_id]
        return None

    @property
    def newest_format(self) -> Format:
        """The format issued last."""
        return self.formats[self.registry.formats[-1].format_id]

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id.

        Raises:
            KeyError: there is no such rule.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(f"no rule {rule_id}")


def _leaf_rows(
    specs: tuple[RowSpec, ...], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], RowSpec]]:
    for spec in specs:
        here = (*path, spec.label)
        if spec.rows:
            yield from _leaf_rows(spec.rows, here)
        else:
            yield here, spec


def _leaf_columns(
    specs: tuple[ColumnSpec, ...], path: tuple[ColumnSpec, ...] = ()
) -> Iterator[tuple[ColumnSpec, ...]]:
    for spec in specs:
        here = (*path, spec)
        if spec.columns:
            yield from _leaf_columns(spec.columns, here)
        else:
            yield here


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _build_block(
    format_id: str,
    table_id: str,
    short: str,
    spec: BlockSpec,
    items: dict[str, ItemRow],
    axes: dict[str, tuple[AxisMember, ...]],
    first_position: int,
) -> Block:
    row_specs = list(_leaf_rows(spec.rows))
    column_specs = list(_leaf_columns(spec.columns))
    members = {member.breakdown: member.label_en for member in axes.get(spec.axis or "", ())}
    cells: list[Cell] = []
    for r, (row_path, row) in enumerate(row_specs):
        for c, column_path in enumerate(column_specs):
            leaf = column_path[-1]
            item_code = _joined(row.item, *(part.item for part in column_path))
            if item_code not in items:
                raise CatalogError(f"{format_id}: item {item_code} is not in items.csv")
            if leaf.breakdown and leaf.breakdown not in members:
                raise CatalogError(f"{format_id}: breakdown {leaf.breakdown} is not in axes.yml")
            title = items[item_code].title_en
            block_label = (spec.label,) if spec.label else ()
            rows_printed = (*block_label, *(part for part in row_path if part))
            groups = tuple(part.label for part in column_path[:-1])
            # A block without row labels is named by its column groups, as table 4 is.
            row_label, column_label = (
                ("/".join(rows_printed), "/".join((*groups, leaf.label)))
                if rows_printed
                else ("/".join(groups), leaf.label)
            )
            cells.append(
                Cell(
                    format_id=format_id,
                    table_id=table_id,
                    block=spec.block,
                    row=r,
                    column=c,
                    item_code=item_code,
                    breakdown=leaf.breakdown,
                    row_label=row_label,
                    column_label=column_label,
                    label_en=f"{title}, {members[leaf.breakdown]}" if leaf.breakdown else title,
                    unit=next(u for u in (leaf.unit, row.unit, spec.unit) if u is not None),
                    value_type=leaf.value_type or row.value_type or spec.value_type,
                    is_total=leaf.is_total or row.is_total,
                    position=first_position + len(cells),
                    short_key=_joined(short, row.short, *(part.short for part in column_path)),
                )
            )
    return Block(
        format_id=format_id,
        table_id=table_id,
        block=spec.block,
        label=spec.label,
        corner=spec.corner,
        axis=spec.axis,
        axis_label=spec.axis_label,
        rows=tuple(
            Line(i, path, row.item, "", row.is_total) for i, (path, row) in enumerate(row_specs)
        ),
        columns=tuple(
            Line(
                i,
                tuple(part.label for part in path),
                _joined(*(part.item for part in path)),
                path[-1].breakdown,
                path[-1].is_total,
            )
            for i, path in enumerate(column_specs)
        ),
        cells=tuple(cells),
    )


def _build_format(
    file: FormatFile,
    entry: RegistryEntry,
    items: dict[str, ItemRow],
    axes: dict[str, tuple[AxisMember, ...]],
) -> Format:
    tables: list[Table] = []
    position = 1
    for spec in file.tables:
        blocks: list[Block] = []
        for block_spec in spec.blocks:
            block = _build_block(
                file.format_id, spec.table_id, spec.short, block_spec, items, axes, position
            )
            blocks.append(block)
            position += len(block.cells)
        tables.append(
            Table(
                spec.table_id, spec.section, spec.short, spec.name_zh, spec.name_en, tuple(blocks)
            )
        )
    return Format(file.format_id, entry, file.sections, tuple(tables))


def _read_csv(path: Path, model: type[Row]) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    out: list[Row] = []
    for number, row in enumerate(rows, start=2):
        try:
            out.append(model.model_validate({key: value for key, value in row.items() if key}))
        except ValidationError as error:
            raise CatalogError(f"{path.name} line {number}: {error}") from error
    return tuple(out)


def read_yaml(path: Path) -> object:
    """The content of a YAML file.

    Raises:
        CatalogError: the file is not YAML; the message names it.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CatalogError(f"{path.name}: {error}") from error


def _validated(path: Path, model: type[Row]) -> Row:
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        raise CatalogError(f"{path.name}: {error}") from error


def _check_years(registry: Registry) -> None:
    governed: dict[int, str] = {}
    for entry in registry.formats:
        last = entry.report_years.to or registry.last_report_year
        for year in range(entry.report_years.from_year, last + 1):
            if year in governed:
                raise CatalogError(
                    f"registry.yml: {year} is governed by {governed[year]} and {entry.format_id}"
                )
            governed[year] = entry.format_id
    missing = set(range(min(governed), registry.last_report_year + 1)) - set(governed)
    if missing:
        raise CatalogError(f"registry.yml: no format governs {sorted(missing)}")


def _check_items(
    formats: dict[str, Format], items: dict[str, ItemRow], crosswalk: tuple[CrosswalkRow, ...]
) -> None:
    printed = {(f.format_id, cell.item_code) for f in formats.values() for cell in f.cells}
    for item in items:
        if not any(code == item for _, code in printed):
            raise CatalogError(f"items.csv: {item} is printed by no format")
    for row in crosswalk:
        if (row.format_id, row.item_code) not in printed:
            raise CatalogError(f"crosswalk.csv: {row.format_id} does not print {row.item_code}")
    walked = {(row.format_id, row.item_code) for row in crosswalk}
    for format_id, item in sorted(printed - walked):
        raise CatalogError(f"crosswalk.csv: {item} of {format_id} belongs to no concept")


def _read_rules(root: Path) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for path in sorted((root / "rules").glob("*.yml")):
        try:
            rules.extend(RULE_FILE.validate_python(read_yaml(path)))
        except ValidationError as error:
            raise CatalogError(f"{path.name}: {error}") from error
    rules.sort(key=lambda rule: rule.id)
    for first, second in pairwise(rules):
        if first.id == second.id:
            raise CatalogError(f"rules: {first.id} is defined twice")
    return tuple(rules)


def _check_labels(catalog: Catalog) -> None:
    """An alias of a label that no form prints would never be used, and nobody would notice."""
    printed: dict[str, set[str | None]] = defaultdict(set)
    for form in catalog.formats.values():
        printed["section"].update(section.heading for section in form.sections)
        for block in (block for table in form.tables for block in table.blocks):
            printed["row"].update(label for line in block.rows for label in line.path)
            printed["column"].update(label for line in block.columns for label in line.path)
            printed["column"].add(block.axis_label)
            printed["block"].add(block.label)
            printed["corner"].add(block.corner)
    for alias in catalog.labels:
        if alias.label not in printed[alias.kind]:
            raise CatalogError(f"labels.csv: no form prints the {alias.kind} {alias.label}")
    concepts = {row.concept for row in catalog.crosswalk}
    for row in catalog.breaks:
        if row.concept not in concepts:
            raise CatalogError(f"breaks.csv: {row.concept} is not in crosswalk.csv")


def _check_peer_groups(catalog: Catalog) -> None:
    repeated = repeated_group(catalog.peer_groups)
    if repeated:
        raise CatalogError(f"peer_groups.csv: {repeated} is defined twice")
    known = {one.id for one in catalog.indicators if one.is_column and one.entry.in_long}
    fault = ranking_fault(catalog.rankings, known)
    if fault:
        raise CatalogError(f"rankings.csv: {fault}")


def _check_rules(catalog: Catalog) -> None:
    for rule in catalog.rules:
        try:
            check_terms(rule, catalog)
        except ValueError as error:
            raise CatalogError(f"rules: {error}") from error


def _check_indicators(catalog: Catalog) -> None:
    try:
        _ = catalog.indicators
    except ValueError as error:
        raise CatalogError(f"indicators.yml: {error}") from error


def _check_requirements(path: Path, formats: dict[str, Format]) -> None:
    """requirements.csv is written apart from the format files, so that each proves the other."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for format_id, form in formats.items():
        printed = {cell.item_code for cell in form.cells}
        required = {row["item_code"] for row in rows if row.get(format_id) == "printed"}
        for item in sorted(printed ^ required):
            where = "prints" if item in printed else "does not print"
            raise CatalogError(f"{path.name}: {format_id} {where} {item}")


def _hash(root: Path, without: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in {".yml", ".csv"} and not name.startswith(without):
            digest.update(name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=8)
def load_catalog(root: Path = BUNDLED) -> Catalog:
    """The catalog of a folder of declarative files, by default the bundled one.

    Raises:
        CatalogError: a file is malformed, or the files contradict each other.
    """
    registry = _validated(root / "formats" / "registry.yml", Registry)
    _check_years(registry)
    items = {row.item_code: row for row in _read_csv(root / "items.csv", ItemRow)}
    axes_model = TypeAdapter(dict[str, tuple[AxisMember, ...]])
    axes = axes_model.validate_python(read_yaml(root / "axes.yml"))
    formats: dict[str, Format] = {}
    for entry in registry.formats:
        file = _validated(root / "formats" / entry.file, FormatFile)
        if file.format_id != entry.format_id:
            raise CatalogError(f"{entry.file}: says {file.format_id}, registry {entry.format_id}")
        formats[entry.format_id] = _build_format(file, entry, items, axes)
    crosswalk = _read_csv(root / "crosswalk.csv", CrosswalkRow)
    _check_items(formats, items, crosswalk)
    _check_requirements(root / "requirements.csv", formats)
    catalog = Catalog(
        root=root,
        registry=registry,
        formats=formats,
        items=items,
        axes=axes,
        labels=_read_csv(root / "labels.csv", LabelVariant),
        crosswalk=crosswalk,
        breaks=_read_csv(root / "breaks.csv", BreakRow),
        agency_kinds=_read_csv(root / "agency_kinds.csv", AgencyKindRow),
        peer_groups=_read_csv(root / "peer_groups.csv", PeerGroupRow),
        rankings=_read_csv(root / "rankings.csv", RankingRow),
        rules=_read_rules(root),
        indicator_file=_validated(root / "indicators.yml", IndicatorFile),
        hash=_hash(root, REGISTER_FILES),
        report_hash=_hash(root, REGISTER_FILES + COMPARISON_FILES),
        reading_hash=_hash(root, REGISTER_FILES + COMPARISON_FILES + CHECKING_FILES),
    )
    _check_labels(catalog)
    _check_rules(catalog)
    _check_indicators(catalog)
    _check_peer_groups(catalog)
    return catalog

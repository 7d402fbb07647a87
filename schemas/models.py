"""Types of the declarative files in this folder.

Only what a file may say belongs here; what the files mean together is in catalog.py.
JSON Schemas for editors and CI are generated from these models (see schemas/README.md).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.vocabulary import AgencyKind

ValueType = Literal["count", "signed_count", "money"]


class Strict(BaseModel):
    """Base of every file model: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportYears(Strict):
    """Report years a format governs, both ends included; `to` is null while it is in force."""

    from_year: int = Field(alias="from")
    to: int | None = None


class RegistryEntry(Strict):
    """One official format: which notice issued it and which report years it governs."""

    format_id: str
    title_zh: str
    title_en: str
    document_number: str
    issued_on: dt.date | None = None
    report_years: ReportYears
    file: str
    supersedes: str | None = None


class Registry(Strict):
    """registry.yml: the formats in order of issue and the last year that has a partition."""

    last_report_year: int
    formats: tuple[RegistryEntry, ...]


class SectionSpec(Strict):
    """One of the parts of a report, e.g. 三、收到和处理政府信息公开申请情况.

    `statutory` marks the parts that 条例 Art. 50 requires by content (二 to 五).
    """

    section_no: str
    heading: str
    heading_en: str
    statutory: bool = False


class ColumnSpec(Strict):
    """A node of the column tree: a group with `columns`, or a leaf."""

    label: str
    item: str = ""
    breakdown: str = ""
    short: str = ""
    unit: str | None = None
    value_type: ValueType | None = None
    is_total: bool = False
    columns: tuple[ColumnSpec, ...] = ()


class RowSpec(Strict):
    """A node of the row tree: a group with `rows`, or a leaf that carries numbers."""

    label: str
    item: str = ""
    short: str = ""
    unit: str | None = None
    value_type: ValueType | None = None
    is_total: bool = False
    rows: tuple[RowSpec, ...] = ()


class BlockSpec(Strict):
    """One matrix of a table: row tree x column tree. A block has one header.

    A cell's item code is the row item and the column items joined with dots; its breakdown is
    that of the column. `axis` names the members of axes.yml that the breakdowns come from.
    """

    block: str
    label: str | None = None
    corner: str = ""
    axis: str | None = None
    axis_label: str | None = None
    unit: str
    value_type: ValueType
    columns: tuple[ColumnSpec, ...]
    rows: tuple[RowSpec, ...]


class TableSpec(Strict):
    """One table of a format; `section` is the number of the part that prints it."""

    table_id: str
    section: str
    short: str
    name_zh: str
    name_en: str
    blocks: tuple[BlockSpec, ...]


class FormatFile(Strict):
    """A format file (gir_YYYY.yml)."""

    format_id: str
    sections: tuple[SectionSpec, ...]
    tables: tuple[TableSpec, ...]


class AxisMember(Strict):
    """One member of a column axis, e.g. natural_person 自然人."""

    breakdown: str
    label: str
    label_en: str


class ItemRow(Strict):
    """A row of items.csv: what an item code means, whatever the format that prints it."""

    item_code: str
    title_zh: str
    title_en: str
    legal_source: str = ""


class LabelVariant(Strict):
    """A row of labels.csv: a wording seen in reports and the official label it stands for.

    `kind` says where the wording stands: row, column, block, section or corner.
    """

    kind: Literal["row", "column", "block", "section", "corner"]
    variant: str
    label: str
    seen_in: str = ""


Comparability = Literal["same", "approximate", "not_comparable"]


class CrosswalkRow(Strict):
    """A row of crosswalk.csv: an item of a format as a term of a concept that lasts over formats.

    A concept is the sum of its items in a format. `comparability` compares the concept in this
    format with the format before it.
    """

    concept: str
    format_id: str
    item_code: str
    comparability: Comparability
    note_zh: str = ""
    note_en: str = ""


class BreakRow(Strict):
    """A row of breaks.csv: a report year from which a concept means something else."""

    concept: str
    first_year: int
    comparability: Comparability
    note_zh: str
    note_en: str


class AgencyKindRow(Strict):
    """A row of agency_kinds.csv: which words of a name tell the kind of agency.

    Rows are tried in file order and the first that fits decides: `is` compares the whole name,
    `ends` its last characters.
    """

    where: Literal["is", "ends"]
    wording: str = Field(min_length=1)
    kind: AgencyKind
    note: str = ""

"""Types of the rule files in rules/: one small class per kind of rule.

A rule is data. Its kind says which frame it is read on and what its own fields mean; the meaning
as expressions is in rule_expr.py (tables) and rule_rows.py (cells, sections, tables, reports).
Kinds on a wide table: sum, balance, member_sum, implies, bound, ratio. Kinds on the cells:
value_type, cell_state, cell_text, mixed_zeros. Kinds on the parts and tables of a report:
text_equals, pattern, table_found, table_copies. Kinds on the report: presence, order, form,
year_agreement, identity_agreement, period, notice, report_copies.
"""

from __future__ import annotations

from decimal import Decimal
from string import Formatter
from typing import Annotated, ClassVar, Literal

import polars as pl
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, field_validator

from schemas.models import Strict, ValueType
from schemas.vocabulary import Severity, ValueStatus

Family = Literal["arithmetic", "cells", "structure", "identity", "timeliness"]
BasisStatus = Literal["verified", "arithmetic", "practice"]
"""What the basis is worth.

verified: the text that `legal_basis` names was read at its source.
arithmetic: it follows from what the cells mean; no text need say so.
practice: what supervisors and careful readers look for; not a breach of a citable text.
"""


class ItemTerm(Strict):
    """One item, added or subtracted; `{group}` in the code stands for the group's name."""

    item: str
    sign: Literal[1, -1] = 1


class LeavesTerm(Strict):
    """All items whose code starts with `items_under` and a dot, totals left out.

    The members are looked up in each format, so that a new row of a format joins by itself.
    """

    items_under: str
    sign: Literal[1, -1] = 1


def _plain_item(value: object) -> object:
    return {"item": value} if isinstance(value, str) else value


Term = Annotated[
    ItemTerm | LeavesTerm,
    BeforeValidator(_plain_item, json_schema_input_type=str | ItemTerm | LeavesTerm),
]
Terms = Annotated[tuple[Term, ...], Field(min_length=1)]


SECTION_FIELD = "{section_no}"


def _regex(pattern: str) -> str:
    """A pattern that the engine of polars understands (Rust's, not Python's)."""
    try:
        pl.select(pl.lit("").str.contains(pattern.replace(SECTION_FIELD, "")))
    except pl.exceptions.ComputeError as error:
        raise ValueError(f"not a pattern: {error}") from error
    return pattern


Regex = Annotated[str, AfterValidator(_regex)]


class AppliesTo(Strict):
    """Scope of a rule: formats (null: all, coming ones included) and tables (null: all)."""

    formats: tuple[str, ...] | None = None
    except_formats: tuple[str, ...] = ()
    tables: tuple[str, ...] | None = None


class RuleBase(Strict):
    """What every rule has, whatever its kind.

    `valid_from` and `valid_to` are report years, both included. `fields` are those that the
    sentences may name in braces; rule_text.py says what each holds.
    """

    fields: ClassVar[frozenset[str]] = frozenset()
    id: str = Field(pattern=r"^CHK-[A-Z0-9]+-\d{2}[A-Z]?$")
    family: Family
    applies_to: AppliesTo = AppliesTo()
    severity: Severity
    title_zh: str
    title_en: str
    legal_basis: str = ""
    basis_status: BasisStatus
    says_zh: str
    says_en: str
    hint_zh: str
    hint_en: str
    valid_from: int | None = None
    valid_to: int | None = None

    @field_validator("says_zh", "says_en")
    @classmethod
    def _known_fields(cls, template: str) -> str:
        used = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
        unknown = used - cls.fields
        if unknown:
            raise ValueError(f"no field {sorted(unknown)}; known: {sorted(cls.fields)}")
        return template

    def applies_to_format(self, format_id: str) -> bool:
        """Whether the rule's scope has this format."""
        scope = self.applies_to
        named = scope.formats is None or format_id in scope.formats
        return named and format_id not in scope.except_formats

    def applies_to_table(self, table_id: str) -> bool:
        """Whether the rule's scope has this table."""
        return self.applies_to.tables is None or table_id in self.applies_to.tables


class TableRule(RuleBase):
    """Base of the kinds that read a wide table: exactly one table, and which members of its axis.

    `groups` repeats the rule once per name, with `{group}` in the terms replaced by it.
    """

    fields: ClassVar[frozenset[str]] = frozenset(
        {"member", "row", "left", "right", "difference", "left_terms", "right_terms", "nonzero"}
    )
    breakdown: Literal["each", "total"] = "each"
    groups: tuple[str, ...] = ()
    tolerance: Decimal = Decimal(0)

    @field_validator("applies_to")
    @classmethod
    def _one_table(cls, value: AppliesTo) -> AppliesTo:
        if value.tables is None or len(value.tables) != 1:
            raise ValueError("a rule on a wide table names exactly one table")
        return value

    @property
    def table(self) -> str:
        """The table it reads."""
        return (self.applies_to.tables or ("",))[0]


class SumRule(TableRule):
    """`total` equals the sum of `parts`."""

    kind: Literal["sum"]
    total: Terms
    parts: Terms


class BalanceRule(TableRule):
    """Both sides are equal."""

    kind: Literal["balance"]
    left: Terms
    right: Terms


class MemberSumRule(TableRule):
    """In every row, the total member of the axis equals the sum of all its other members."""

    kind: Literal["member_sum"]
    axis: str


class Condition(Strict):
    """A sum of terms that is zero or positive."""

    terms: Terms
    state: Literal["zero", "positive"]


class ImpliesRule(TableRule):
    """Where `when` is met, `then` must be met too."""

    kind: Literal["implies"]
    when: Condition
    then: Condition


class BoundRule(TableRule):
    """`left` is at least or at most `right`; without terms on the right, a constant."""

    kind: Literal["bound"]
    left: Terms
    relation: Literal["at_least", "at_most"]
    right: tuple[Term, ...] = ()
    constant: Decimal = Decimal(0)


class RatioRule(TableRule):
    """`numerator` stays below a share of `denominator` once the denominator is large enough."""

    kind: Literal["ratio"]
    numerator: Terms
    denominator: Terms
    share: float = Field(gt=0, le=1)
    reached: Literal["above", "at_or_above"]
    minimum: int = Field(ge=1)


class CellRule(RuleBase):
    """Base of the kinds that read single cells; a finding lists the cells of a table."""

    fields: ClassVar[frozenset[str]] = frozenset({"table", "count", "cells"})


class ValueTypeRule(CellRule):
    """Every reported value is a number that its cell can hold.

    Counts are whole and not negative, signed counts whole, money not negative with at most
    `decimals` decimals.
    """

    kind: Literal["value_type"]
    decimals: int = Field(default=4, ge=0, le=6)


class CellStateRule(CellRule):
    """No cell is in one of these states."""

    kind: Literal["cell_state"]
    states: Annotated[tuple[ValueStatus, ...], Field(min_length=1)]


class CellTextRule(CellRule):
    """The text of no reported cell matches `pattern`; or, with `wanted`, of all of them.

    `zero_too` false leaves cells out whose value is zero.
    """

    kind: Literal["cell_text"]
    pattern: Regex
    wanted: bool = False
    zero_too: bool = True
    items: tuple[str, ...] | None = None
    value_types: tuple[ValueType, ...] | None = None
    severity_when: dict[Literal["fractional_value"], Severity] = Field(default_factory=dict)


class MixedZerosRule(CellRule):
    """A table does not print some zeros as 0 and leave other cells in one of these states."""

    kind: Literal["mixed_zeros"]
    states: Annotated[tuple[ValueStatus, ...], Field(min_length=1)]


class PartRule(RuleBase):
    """Base of the kinds that read the parts of a report."""

    fields: ClassVar[frozenset[str]] = frozenset({"count", "cells", "place", "actual"})


class TextEqualsRule(PartRule):
    """The heading of every part is the official one or an accepted variant (labels.csv)."""

    kind: Literal["text_equals"]


class PatternRule(PartRule):
    """A text of every part matches `pattern`, or with `wanted` false does not match it.

    The text is squeezed first (NFKC, no spaces); `{section_no}` in the pattern is the number of
    the part. With `each_part` every part is a place of its own, else the report is one place.
    `if_printed` leaves out parts where the text is empty.
    """

    kind: Literal["pattern"]
    field: Literal["numbering", "text"]
    pattern: Regex
    wanted: bool = True
    sections: tuple[str, ...] | None = None
    each_part: bool = False
    if_printed: bool = False
    unique: bool = False
    severity_when: dict[Literal["statutory_part"], Severity] = Field(default_factory=dict)


class PrintedTableRule(RuleBase):
    """Base of the kinds that ask whether and how often a table is printed."""

    fields: ClassVar[frozenset[str]] = frozenset({"place", "actual", "cells"})


class TableFoundRule(PrintedTableRule):
    """A part whose heading is there has at least one cell of its table."""

    kind: Literal["table_found"]


class TableCopiesRule(PrintedTableRule):
    """A table is printed once."""

    kind: Literal["table_copies"]
    severity_when: dict[Literal["copies_differ"], Severity] = Field(default_factory=dict)


class ReportRule(RuleBase):
    """Base of the kinds that read one row per report."""

    fields: ClassVar[frozenset[str]] = frozenset({"year", "count", "cells", "expected", "actual"})


class PresenceRule(ReportRule):
    """The report has every part of its format."""

    kind: Literal["presence"]
    severity_when: dict[Literal["statutory_part"], Severity] = Field(default_factory=dict)


class OrderRule(ReportRule):
    """The parts stand in the order of the format."""

    kind: Literal["order"]


class FormRule(ReportRule):
    """Every block follows the format that governs the report year."""

    kind: Literal["form"]


class YearAgreementRule(ReportRule):
    """All evidence of the report year agrees, and publication falls in the year after.

    `ignored` names evidence that says something else than the report year.
    """

    kind: Literal["year_agreement"]
    ignored: tuple[str, ...] = ()
    severity_when: dict[Literal["title_and_period_disagree"], Severity] = Field(
        default_factory=dict
    )


class IdentityAgreementRule(ReportRule):
    """The sources of a field of the identity agree: document, manifest and overrides.

    `compares` names the fields, as identity_conflicts does. The year has a rule of its own.
    """

    kind: Literal["identity_agreement"]
    compares: tuple[Literal["agency_name", "published_on"], ...] = Field(min_length=1)


class PeriodRule(ReportRule):
    """The statistics period is the whole report year and has an end."""

    kind: Literal["period"]
    open_end: str = "至今"


class NoticeRule(ReportRule):
    """The cited notice is the one that issued the format governing the report year."""

    kind: Literal["notice"]


class ReportCopiesRule(ReportRule):
    """Several documents that hold the same report print the same numbers."""

    kind: Literal["report_copies"]


Rule = Annotated[
    SumRule
    | BalanceRule
    | MemberSumRule
    | ImpliesRule
    | BoundRule
    | RatioRule
    | ValueTypeRule
    | CellStateRule
    | CellTextRule
    | MixedZerosRule
    | TextEqualsRule
    | PatternRule
    | TableFoundRule
    | TableCopiesRule
    | PresenceRule
    | OrderRule
    | FormRule
    | YearAgreementRule
    | IdentityAgreementRule
    | PeriodRule
    | NoticeRule
    | ReportCopiesRule,
    Field(discriminator="kind"),
]

RULE_FILE: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(tuple[Rule, ...])
"""A rule file is a list of rules."""

"""Rule outcomes as sentences, in Chinese and English; labels come from the format files.

Fields that the sentence templates of the rule files may use, by kind:

- on wide tables: member, row, left, right, difference, left_terms, right_terms, nonzero (the
  terms on the right that are not zero), each term as label(number);
- on cells: table, count, cells;
- on parts: count, cells, place, actual; on tables: place, actual, cells;
- on reports: year, count, cells, expected, actual.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from schemas.catalog import Catalog, Cell, Table, read_yaml
from schemas.labels import label_path, last_label
from schemas.models import SectionSpec
from schemas.rule_models import RuleBase

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")
SHOWN_CELLS = 6
"""How many cells a sentence names; the evidence has them all."""
ORDINAL = re.compile(
    r"^(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+(?=、)|\d+(?=[.．、]))"
)


def number(value: Decimal | int | None) -> str:
    """A number without trailing zeros, e.g. 12 or 26.55; '' for none."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ordinals(row_label: str) -> str:
    """The numbers in front of a row label and its groups, e.g. 三（七）; '' without any."""
    found = (ORDINAL.match(part) for part in label_path(row_label))
    return "".join(match.group() for match in found if match)


@dataclass(frozen=True)
class Wording:
    """The words of findings: labels of cells, members, tables and parts, and fixed phrases."""

    catalog: Catalog

    @cached_property
    def _messages(self) -> dict[str, dict[str, dict[str, str]]]:
        content = read_yaml(self.catalog.root / "messages.yml")
        if not isinstance(content, dict):
            raise TypeError("messages.yml: not a mapping")
        return content

    @cached_property
    def _cells(self) -> dict[tuple[str, str, str], Cell]:
        return {
            (cell.format_id, cell.item_code, cell.breakdown): cell
            for form in self.catalog.formats.values()
            for cell in form.cells
        }

    @cached_property
    def _members(self) -> dict[str, dict[Language, str]]:
        return {
            member.breakdown: {"zh": member.label, "en": member.label_en}
            for members in self.catalog.axes.values()
            for member in members
        }

    def mark(self, name: str, language: Language) -> str:
        """A separator or sign of a language."""
        return self._messages["language"][language][name]

    def phrase(self, key: str, language: Language, /, **fields: object) -> str:
        """A fixed phrase with its fields filled in."""
        return self._messages["phrases"][key][language].format(**fields)

    def source(self, name: str, language: Language) -> str:
        """The name of a source of evidence."""
        return self._messages["sources"].get(name, {}).get(language, name)

    def sentence(self, rule: RuleBase, language: Language, fields: dict[str, str]) -> str:
        """The rule's sentence with its fields filled in."""
        template = rule.says_zh if language == "zh" else rule.says_en
        text = template.format_map(fields)
        return text[:1].upper() + text[1:] if language == "en" else text

    def member(self, breakdown: str, language: Language) -> str:
        """A member of a column axis."""
        return self._members.get(breakdown, {}).get(language, breakdown)

    def row(self, item_code: str, format_id: str, language: Language) -> str:
        """A row of a table with an axis, with its own number."""
        if language == "en":
            return self.catalog.items[item_code].title_en
        found = next(
            (c for (f, i, _), c in self._cells.items() if (f, i) == (format_id, item_code)), None
        )
        return last_label(found.row_label) if found else item_code

    def cell(self, format_id: str, item_code: str, breakdown: str, language: Language) -> str:
        """A cell by its row and column."""
        cell = self._cells.get((format_id, item_code, breakdown))
        if cell is None:
            return f"{item_code}/{breakdown}" if breakdown else item_code
        if language == "en":
            return cell.label_en
        return f"{last_label(cell.row_label)}／{last_label(cell.column_label)}"

    def term(
        self, cell_key: tuple[str, str, str], language: Language, *, within_row: bool = False
    ) -> str:
        """A cell (format, item, breakdown) as a term of a sum, as short as can be told apart.

        `within_row` leaves out the row that the sentence has named already.
        """
        cell = self._cells.get(cell_key)
        if cell is None or language == "en":
            title = self.catalog.items[cell_key[1]].title_en
            return title.split(": ", 1)[-1] if within_row else title
        if cell.breakdown:
            return ordinals(cell.row_label) or last_label(cell.row_label)
        return last_label(cell.column_label) if within_row else self.cell(*cell_key, language)

    def table(self, format_id: str, table_id: str, language: Language, key: str = "table") -> str:
        """A table by its number and name, or with the phrase `table_number` by its number."""
        form = self.catalog.formats[format_id]
        table = form.table(table_id)
        numbers = [section.section_no for section in form.sections]
        return self.phrase(
            key,
            language,
            section_no=table.section,
            number=numbers.index(table.section) + 1 if table.section in numbers else "",
            name=_name(table, language),
        )

    def part(self, format_id: str, section_no: str, language: Language) -> str:
        """A part of the report by its number and name."""
        sections = self.catalog.formats[format_id].sections
        for place, spec in enumerate(sections, start=1):
            if spec.section_no == section_no:
                return self.phrase(
                    "part",
                    language,
                    section_no=section_no,
                    number=place,
                    name=_heading(spec, language),
                )
        return section_no

    def block(self, format_id: str, table_id: str, block_id: str, language: Language) -> str:
        """A block by its table and its own label."""
        table = self.catalog.formats[format_id].table(table_id)
        label = next((b.label for b in table.blocks if b.block == block_id), None)
        number_only = self.table(format_id, table_id, language, "table_number")
        gap = self.mark("gap", language) if label else ""
        return f"{number_only}{gap}{label or ''}"

    def listed(self, parts: Sequence[str], language: Language) -> str:
        """A list of things, cut after SHOWN_CELLS."""
        shown = self.mark("list_separator", language).join(parts[:SHOWN_CELLS])
        if len(parts) > SHOWN_CELLS:
            return self.phrase("and_more", language, shown=shown)
        return shown

    def quoted(self, text: str | None, language: Language) -> str:
        """A printed text in quotation marks, or the word for empty."""
        stripped = (text or "").strip()
        if not stripped:
            return self.mark("empty", language)
        short = stripped if len(stripped) <= 40 else f"{stripped[:40]}…"
        return self.mark("quote", language).format(short)

    def terms(self, terms: Iterable[tuple[int, str, str]], language: Language) -> str:
        """Signed (sign, label, number) terms as a sum, e.g. 一(12)＋二(0)."""
        out = ""
        for sign, label, value in terms:
            joint = self.mark("plus" if sign > 0 else "minus", language)
            shown = f"{label}({value})" if language == "zh" else f"{label} ({value})"
            out += shown if not out and sign > 0 else f"{joint}{shown}"
        return out


def _name(table: Table, language: Language) -> str:
    return table.name_zh if language == "zh" else table.name_en


def _heading(section: SectionSpec, language: Language) -> str:
    return section.heading if language == "zh" else section.heading_en

"""Rules as named pandera Checks: pandera is the only evaluator of rules.

The name of a check is the rule id (and the group, where a rule has several). A check returns the
rule's `holds`, and null where the rule does not apply or cannot be evaluated; pandera lets nulls
pass, so what passed is told apart afterwards by `evaluable`.
"""

from __future__ import annotations

from functools import lru_cache

import pandera.polars as pa
import polars as pl

from schemas.catalog import Catalog
from schemas.rule_expr import RowCheck, row_checks, table_rules
from schemas.rule_models import TableRule
from schemas.rule_rows import FrameName, ListCheck, list_check
from schemas.tables import WideTable


def pandera_check(check: RowCheck | ListCheck) -> pa.Check:
    """A rule's check as pandera sees it; it hangs on the row number of its frame."""
    outcome = pl.when(check.applies & check.evaluable).then(check.holds)

    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(outcome.alias("holds"))

    return pa.Check(holds, name=check.name)


@lru_cache(maxsize=8)
def checks_by_table(catalog: Catalog) -> dict[WideTable, tuple[RowCheck, ...]]:
    """The checks on wide tables, by the table they read, in the order of the rule ids."""
    return {
        table: tuple(check for rule in rules for check in row_checks(rule, catalog))
        for table, rules in table_rules(catalog).items()
    }


@lru_cache(maxsize=8)
def checks_by_frame(catalog: Catalog) -> dict[FrameName, tuple[ListCheck, ...]]:
    """The checks on cells, parts, tables and reports, in the order of the rule ids."""
    forms = tuple(catalog.formats)
    checks = [list_check(rule, forms) for rule in catalog.rules if not isinstance(rule, TableRule)]
    names: tuple[FrameName, ...] = ("cells", "parts", "tables", "reports")
    return {name: tuple(check for check in checks if check.frame == name) for name in names}

"""Checks of validation: shape, and one warning check per family of rules.

A report that does not add up is data, so these checks never block. The truth about each rule is
in rule_outcomes; a check per family keeps histories readable.
"""

import dagster as dg
import polars as pl

from assets.common.checks import Shown, shape_checks, warn_checks
from assets.common.lake import Lake
from assets.common.stages import STAGE_TABLES
from schemas.catalog import load_catalog
from schemas.vocabulary import Outcome

LAYER = "validation"
FAMILY_OF = {rule.id: rule.family for rule in load_catalog().rules}
FAMILIES = tuple(sorted(set(FAMILY_OF.values())))

validation_shape = shape_checks(
    "validation_shape", [dg.AssetKey([LAYER, table]) for table in STAGE_TABLES[LAYER]]
)


def family_results(outcomes: pl.DataFrame, year: int) -> dict[str, tuple[bool, Shown]]:
    """For each family whether all of its rules hold, with counts and the worst offenders.

    A family without a single evaluable outcome among some outcomes does not pass: a check that
    looked at nothing proves nothing.

    Args:
        outcomes: rule_outcomes rows of one report year.
        year: that year.
    """
    families = pl.DataFrame(
        {"rule_id": list(FAMILY_OF), "family": list(FAMILY_OF.values())},
        schema={"rule_id": pl.String, "family": pl.String},
    )
    known = outcomes.join(families, on="rule_id", how="left")
    results: dict[str, tuple[bool, Shown]] = {}
    for family in FAMILIES:
        mine = known.filter(pl.col("family") == family)
        failing = mine.filter(pl.col("outcome") == Outcome.FAILS)
        holding = mine.filter(pl.col("outcome") == Outcome.HOLDS).height
        rules = failing["rule_id"].value_counts(sort=True).head(5).iter_rows()
        reports = failing["report_id"].value_counts(sort=True).head(5).iter_rows()
        looked = mine.is_empty() or holding + failing.height > 0
        results[family] = (
            failing.is_empty() and looked,
            {
                "report_year": year,
                "holds": holding,
                "fails": failing.height,
                "not_evaluable": mine.height - holding - failing.height,
                "worst_rules": ", ".join(f"{rule} ({count})" for rule, count in rules),
                "worst_reports": ", ".join(f"{doc[:12]} ({count})" for doc, count in reports),
            },
        )
    return results


def measure_families(lake: Lake, report_year: int | None) -> dict[str, tuple[bool, Shown]]:
    """The families of one report year, from the lake."""
    return {
        f"rules_{family}": result
        for family, result in family_results(
            lake.read("rule_outcomes", report_year), report_year or 0
        ).items()
    }


rule_families = warn_checks(
    "rule_families",
    dg.AssetKey([LAYER, "rule_outcomes"]),
    {
        f"rules_{family}": f"Rules of the family {family} hold in all reports."
        for family in FAMILIES
    },
    measure_families,
)

"""Checks of the register: shape of its tables, and that no delivery is left without its bytes."""

import dagster as dg

from assets.common.checks import Shown, shape_checks, warn_checks
from assets.common.lake import Lake
from assets.documents.assets import LAYER, TABLES

documents_shape = shape_checks("documents_shape", [dg.AssetKey([LAYER, t]) for t in TABLES])


def measure_arrivals(lake: Lake, report_year: int | None) -> dict[str, tuple[bool, Shown]]:
    """Whether every arrival names stored bytes; the register has no year."""
    arrivals, documents = lake.read("arrivals"), lake.read("source_documents")
    orphans = arrivals.join(documents, on="doc_id", how="anti")
    shown: Shown = {"arrivals": arrivals.height, "documents": documents.height}
    if orphans.height:
        shown["without_bytes"] = ", ".join(orphans["name"].head(10))
    return {"arrivals_have_bytes": (orphans.is_empty(), shown)}


arrivals_have_bytes = warn_checks(
    "arrivals_have_bytes",
    dg.AssetKey([LAYER, "arrivals"]),
    {"arrivals_have_bytes": "Every delivery names bytes that are stored."},
    measure_arrivals,
)

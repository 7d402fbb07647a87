"""Stage 3: grids to canonical cells. From here on everything is kept by report year.

Definitions only; what a cell means is decided in recognise.py.
"""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.common.metadata import grain
from assets.common.partitions import REPORT_YEARS
from assets.common.stages import STAGE_TABLES
from assets.common.staleness import code_hash
from assets.common.workspace import Watcher, Workspace
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

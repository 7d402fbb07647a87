"""Checks of the reference tables: their shape. Their meaning is checked by schemas/catalog.py."""

import dagster as dg

from assets.common.checks import shape_checks
from assets.reference.assets import LAYER, TABLES

reference_shape = shape_checks("reference_shape", [dg.AssetKey([LAYER, t]) for t in TABLES])

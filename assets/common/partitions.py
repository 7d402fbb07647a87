"""The report-year partitions, from the registry of formats. A new year is a line there."""

import dagster as dg

from schemas.catalog import load_catalog

REPORT_YEARS = dg.StaticPartitionsDefinition([str(year) for year in load_catalog().report_years])

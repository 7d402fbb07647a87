"""The code location: assets and checks of all stages, with this installation's configuration.

`dagster dev`, `dg check defs` and `dg list defs` load `defs`; the build driver and the tests call
`build_definitions` with the settings of their data folder.
"""

import dagster as dg

from assets.cells import assets as cells_assets
from assets.cells import checks as cells_checks
from assets.documents import assets as documents_assets
from assets.documents import checks as documents_checks
from assets.exports import assets as exports_assets
from assets.exports import checks as exports_checks
from assets.facts import assets as facts_assets
from assets.facts import checks as facts_checks
from assets.layout import assets as layout_assets
from assets.layout import checks as layout_checks
from assets.reference import assets as reference_assets
from assets.reference import checks as reference_checks
from assets.validation import assets as validation_assets
from assets.validation import checks as validation_checks
from assets.warehouse.assets import dbt_models, published_warehouse
from orchestration.defs import automation, jobs, resources, schedules, sensors
from orchestration.settings import Settings

STAGES = (
    reference_assets,
    documents_assets,
    layout_assets,
    cells_assets,
    facts_assets,
    validation_assets,
    exports_assets,
)
CHECKS = (
    reference_checks,
    documents_checks,
    layout_checks,
    cells_checks,
    facts_checks,
    validation_checks,
    exports_checks,
)


def build_definitions(settings: Settings) -> dg.Definitions:
    """All definitions for one data folder.

    Raises:
        ManifestMissing: dbt's manifest has not been made; the message says how.
    """
    return dg.Definitions(
        assets=[*dg.load_assets_from_modules(STAGES), dbt_models(), published_warehouse()],
        asset_checks=dg.load_asset_checks_from_modules(CHECKS),
        jobs=jobs.JOBS,
        schedules=[schedules.nightly, schedules.filing_season],
        sensors=[sensors.inbox_sensor, sensors.years_sensor, automation.warehouse_automation],
        resources=resources.build_resources(settings),
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of the data folder that GONGKAI_DATA names."""
    return build_definitions(Settings())

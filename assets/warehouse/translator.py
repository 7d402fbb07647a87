"""How a dbt node appears in the asset graph: key, group, description, automation.

The lake's tables are dbt's sources; a source is the asset that writes it, found by its name, so
that the two graphs meet without a second list.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from assets.common.stages import stage_of

LAYER = "warehouse"

# Eager would never fire while some report year has no file yet; a year without reports is normal.
WHEN_THE_LAKE_CHANGES = (
    dg.AutomationCondition.eager()
    .without(~dg.AutomationCondition.any_deps_missing())
    .with_label("eager, whatever years are missing")
)


class GongkaiDbtTranslator(DagsterDbtTranslator):
    """Keys are [warehouse, model]; a source's key is that of the lake asset of the same name."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_asset_checks=True,
                enable_duplicate_source_asset_keys=False,
                enable_source_tests_as_checks=False,  # it would start dbt for every lake asset
            )
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[stage, table] for a source, [warehouse, model] for the rest."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([stage_of(name), name])
        return dg.AssetKey([LAYER, name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder under models/: staging, intermediate, marts, exports."""
        folders = dbt_resource_props["fqn"][1:-1]
        return f"{LAYER}_{folders[0]}" if folders else LAYER

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own description, without the SQL."""
        return dbt_resource_props.get("description") or ""

    def get_automation_condition(
        self, dbt_resource_props: Mapping[str, Any]
    ) -> dg.AutomationCondition | None:
        """Everything in the warehouse follows the lake."""
        return WHEN_THE_LAKE_CHANGES

"""Declarative automation: the warehouse follows the lake. The sensor starts stopped."""

import dagster as dg

warehouse_automation = dg.AutomationConditionSensorDefinition(
    "warehouse_automation",
    target=dg.AssetSelection.key_prefixes(["reference"], ["warehouse"], ["exports"]),
    default_status=dg.DefaultSensorStatus.STOPPED,
    minimum_interval_seconds=60,
    description="Builds and publishes the warehouse when tables of the lake have changed.",
)

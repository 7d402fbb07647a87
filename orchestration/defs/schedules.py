"""The calendar: a nightly build, and one at noon in the filing season. Both start stopped."""

import dagster as dg

from orchestration.defs.jobs import read_documents
from orchestration.settings import Settings

TIMEZONE = "Asia/Shanghai"
_SETTINGS = Settings()

nightly = dg.ScheduleDefinition(
    name="nightly",
    job=read_documents,
    cron_schedule=_SETTINGS.nightly_cron,
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every night: take in the inbox and read. Stale years and the warehouse follow.",
)

filing_season = dg.ScheduleDefinition(
    name="filing_season",
    job=read_documents,
    cron_schedule=_SETTINGS.season_crons,
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Daily at noon from mid-January to mid-April, when the reports are due.",
)

"""Settings of an installation, from GONGKAI_* environment variables. Values only, no behaviour."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from assets.common.limits import Limits
from assets.common.paths import DataFolder

PROJECT = Path(__file__).parents[1]
DEFAULT = Limits()


class Settings(BaseSettings):
    """Where data lies, what reading may cost, and when schedules run.

    Every field is an environment variable with the prefix GONGKAI_, e.g. GONGKAI_DATA.
    """

    model_config = SettingsConfigDict(env_prefix="GONGKAI_", frozen=True)

    data: Path = Field(default=PROJECT / "data", description="data folder")
    workers: int = Field(default=0, ge=0, description="reading processes; 0: as many as processors")
    max_bytes: int = Field(default=DEFAULT.max_bytes, gt=0, description="largest document, bytes")
    max_unpacked_bytes: int = Field(
        default=DEFAULT.max_unpacked_bytes,
        gt=0,
        description="largest document once unpacked, bytes",
    )
    max_pages: int = Field(default=DEFAULT.max_pages, gt=0, description="most pages of a document")
    seconds: float = Field(
        default=DEFAULT.seconds, gt=0, description="time for one document, seconds"
    )
    memory_bytes: int = Field(
        default=DEFAULT.memory_bytes, gt=0, description="memory for one document, bytes"
    )
    wait_seconds: float = Field(
        default=600.0,
        ge=0,
        description="how long to wait for another build of the same data folder",
    )
    nightly_cron: str = Field(default="30 2 * * *", description="nightly build, Asia/Shanghai")
    season_cron: str = Field(
        default="0 12 15-31 1 *|0 12 * 2,3 *|0 12 1-15 4 *",
        description="filing season (departments file by 31 January, governments by 31 March): "
        "cron lines joined by |, Asia/Shanghai",
    )

    @property
    def folder(self) -> DataFolder:
        """The data folder, absolute."""
        return DataFolder(self.data.expanduser().resolve())

    @property
    def limits(self) -> Limits:
        """What one document may cost."""
        return Limits(
            max_bytes=self.max_bytes,
            max_unpacked_bytes=self.max_unpacked_bytes,
            max_pages=self.max_pages,
            seconds=self.seconds,
            memory_bytes=self.memory_bytes,
        )

    @property
    def season_crons(self) -> list[str]:
        """The cron lines of the filing season."""
        return [line.strip() for line in self.season_cron.split("|")]

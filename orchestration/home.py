"""Prepares the Dagster home of a data folder. `python -m orchestration.home` prints its path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from assets.common.paths import DataFolder
from orchestration.settings import Settings

INSTANCE_FILE = Path(__file__).with_name("dagster.yaml")


def prepare_home(data: DataFolder) -> Path:
    """Make the Dagster home with this project's instance settings; what is there is kept in step.

    Returns:
        the folder that DAGSTER_HOME must name.
    """
    home = data.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    target = home / "dagster.yaml"
    wanted = INSTANCE_FILE.read_bytes()
    if not target.exists() or target.read_bytes() != wanted:
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(wanted)
        temporary.replace(target)
    return home


if __name__ == "__main__":
    sys.stdout.write(f"{prepare_home(Settings().folder)}\n")

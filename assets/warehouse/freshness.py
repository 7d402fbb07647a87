"""Whether the warehouse and dbt's manifest are up to date, and the notes that say so.

build.duckdb, published.duckdb and the exports cannot carry a fingerprint inside, so a note beside
each says what it was made from. A note is written after the thing it speaks of is whole.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from assets.common.paths import PACKAGE, DataFolder
from assets.common.staleness import project_hash, warehouse_inputs
from assets.common.stamp import read_stamp, write_stamp
from assets.warehouse.dbt import PROJECT, dbt_args, dbt_env, run_dbt

MAGIC = b"DUCK"
MANIFEST = PROJECT / "target" / "manifest.json"


class WarehouseWork(Enum):
    """What must be done to have an up-to-date publication."""

    NOTHING = "nothing"
    PUBLISH = "publish"
    BUILD = "build"


def built_stamp(data: DataFolder) -> Path:
    """Note of what build.duckdb was made from; there only while it is whole."""
    return data.warehouse / "built.json"


def published_stamp(data: DataFolder) -> Path:
    """Note of what published.duckdb was made from."""
    return data.warehouse / "published.json"


def exported_stamp(data: DataFolder) -> Path:
    """Note of what the exports were made from."""
    return data.warehouse / "exported.json"


def is_database(path: Path) -> bool:
    """Whether a file is there and starts like a DuckDB database.

    A note may outlive what it speaks of. Opening the file would say more, but would take a lock
    that a build in another process needs.
    """
    try:
        with path.open("rb") as handle:
            return handle.read(12)[8:] == MAGIC
    except OSError:
        return False


def warehouse_work(data: DataFolder) -> WarehouseWork:
    """What a data folder needs: dbt and publication, publication alone, or nothing."""
    wanted = warehouse_inputs(data, PROJECT)
    published = is_database(data.published_db) and read_stamp(published_stamp(data)) == wanted
    exported = (data.exports / PACKAGE).exists() and read_stamp(exported_stamp(data)) == wanted
    if published and exported:
        return WarehouseWork.NOTHING
    built = is_database(data.build_db) and read_stamp(built_stamp(data)) == wanted
    return WarehouseWork.PUBLISH if built else WarehouseWork.BUILD


def ensure_manifest(data: DataFolder) -> Path:
    """The manifest that the asset graph is read from, made anew when the dbt project has changed.

    Args:
        data: where dbt keeps its logs.

    Raises:
        DbtFailed: the dbt project cannot be parsed.
    """
    note = MANIFEST.with_name("manifest.made_from.json")
    wanted = project_hash(PROJECT)
    if MANIFEST.exists() and read_stamp(note) == wanted:
        return MANIFEST
    made = run_dbt(dbt_args("parse", data), dbt_env(data)).manifest
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    temporary = MANIFEST.with_suffix(".tmp")
    temporary.write_bytes(made.read_bytes())
    temporary.replace(MANIFEST)
    write_stamp(note, wanted)
    return MANIFEST

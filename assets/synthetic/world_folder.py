"""A data folder that holds a made-up world: its mark, and what may be removed to make it anew.

The lake of such a folder was not made from documents, so a build of documents would take its rows
away. The mark says so before anything else is written.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict

from assets.common.paths import DataFolder
from assets.common.stamp import write_stamp
from assets.synthetic.world import WorldOptions
from assets.synthetic.world_truth import TRUTH_FILE

DOCUMENTS = "documents"
OWN_FOLDERS = ("lake", "config", "warehouse", "exports", DOCUMENTS)


class NotAWorldError(RuntimeError):
    """A folder holds something that was not made by a world, so no world is written over it."""


def is_world(data: DataFolder) -> bool:
    """Whether a data folder holds, or was about to hold, a made-up world."""
    return data.world.exists()


def empty_for_world(data: DataFolder, options: WorldOptions) -> None:
    """Mark a folder as a world's and remove the world that it held.

    Args:
        data: the data folder; made if it is not there.
        options: what world will be made.

    Raises:
        NotAWorldError: the folder has data and no mark; nothing is touched.
        OSError: the folder cannot be written.
    """
    kept = (*OWN_FOLDERS, "raw", "parsed", "inbox")
    if not is_world(data):
        found = [name for name in kept if (data.root / name).exists()]
        if found:
            raise NotAWorldError(", ".join(found))
    data.root.mkdir(parents=True, exist_ok=True)
    write_stamp(data.world, options.fingerprint, options=json.dumps(asdict(options)))
    for name in OWN_FOLDERS:
        shutil.rmtree(data.root / name, ignore_errors=True)
    (data.root / TRUTH_FILE).unlink(missing_ok=True)

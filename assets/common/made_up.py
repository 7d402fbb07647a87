"""The guard of a data folder that holds a made-up world."""

from assets.common.paths import DataFolder


class MadeUpWorldError(RuntimeError):
    """The folder's lake is a made-up world, whose rows a build of documents would take away."""


def refuse_world(data: DataFolder) -> None:
    """Stop what would write the lake of a data folder from documents if it is a world's.

    Raises:
        MadeUpWorldError: `gongkai world` made the data folder; nothing is touched.
    """
    if data.world.exists():
        raise MadeUpWorldError(
            f"{data.root} holds a made-up world (gongkai world), whose lake comes from no "
            "documents; use another data folder (GONGKAI_DATA)"
        )

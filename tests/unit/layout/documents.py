"""Documents for these tests: one block per line, grids where a list of rows stands."""

from collections.abc import Sequence

from assets.layout.model import Block, Grid, GridCell, GridKind, ParsedDocument

Rows = Sequence[Sequence[str]]


def document(
    *items: str | Rows, kind: GridKind = "ruled", metadata: dict[str, str] | None = None
) -> ParsedDocument:
    blocks: list[Block] = []
    grids: list[Grid] = []
    order = 0
    for item in items:
        if isinstance(item, str):
            for line in item.split("\n"):
                if line.strip():
                    heading = line.startswith("#")
                    blocks.append(Block(order, line, f"L{order + 1}", heading))
                    order += 1
        else:
            cells = tuple(
                GridCell(row, col, text, f"L{order + 1}:{row}:{col}")
                for row, texts in enumerate(item)
                for col, text in enumerate(texts)
            )
            grids.append(Grid(len(grids), order, kind, cells))
            order += 1
    return ParsedDocument("test", "1", tuple(blocks), tuple(grids), metadata=metadata or {})

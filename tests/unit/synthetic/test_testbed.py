from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from assets.common.intervals import wilson
from assets.exports.accuracy import failures, measure, summary
from assets.exports.accuracy_page import accuracy_page, percent
from assets.synthetic.flow import TableItem, flow
from assets.synthetic.looks import LOOKS
from assets.synthetic.quirks import HOOKS, chosen_quirks, load_quirks
from assets.synthetic.quirks.tables import cut, stack
from assets.synthetic.rendering import KINDS
from assets.synthetic.report import random_report
from assets.synthetic.testbed import (
    SCAN,
    NotATestBedError,
    Options,
    Specimen,
    make,
    plan,
    write_testbed,
)
from schemas.catalog import load_catalog

CATALOG = load_catalog()
QUIRKS = tuple(load_quirks())


def _specimen(name: str, kind: str, seed: int = 5) -> Specimen:
    return Specimen(1, kind, "gir_2019", LOOKS[0].name, (name,), seed)


def test_every_quirk_is_described_and_built():
    assert set(load_quirks()) == set(HOOKS)
    kinds = {*KINDS, SCAN, "all", "text", "grid"}
    for quirk in load_quirks().values():
        assert quirk.within <= kinds
        assert quirk.clear <= kinds
        assert all(quirk.fits(kind) for kind in KINDS if quirk.is_clear(kind)), quirk.name
        assert any(quirk.fits(kind) for kind in (*KINDS, SCAN)), quirk.name


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_changes_the_file_and_keeps_to_its_seed(name: str):
    kinds = ("tab_text", "html", *KINDS, SCAN)
    kind = next(kind for kind in kinds if load_quirks()[name].fits(kind))
    drawn, truth = make(_specimen(name, kind), CATALOG)
    assert truth["quirks"] == [name]
    assert make(_specimen(name, kind), CATALOG) == (drawn, truth)
    assert set(truth["doubtful"]) <= set(truth["cells"])
    # What is drawn at random may happen to look like the quirk.
    assert any(
        make(Specimen(1, kind, "gir_2019", LOOKS[0].name, (), seed), CATALOG)[0].data
        != make(_specimen(name, kind, seed), CATALOG)[0].data
        for seed in range(5, 15)
    )


def test_cut_and_stacked_tables_keep_every_cell_and_leave_no_hole():
    report = random_report(3, CATALOG, "gir_2021")
    grids = [item.grid for item in flow(report) if isinstance(item, TableItem)]
    for grid in grids:
        for at in range(1, grid.rows):
            upper, lower = cut(grid, at)
            for part in (upper, lower, stack(upper, lower)):
                covered = [
                    (row, col)
                    for cell in part.cells
                    for row in range(cell.row, cell.row + cell.row_span)
                    for col in range(cell.col, cell.col + cell.col_span)
                ]
                assert len(covered) == len(set(covered)) == part.rows * part.width
            keys = [cell.key for cell in (*upper.cells, *lower.cells) if cell.key]
            assert keys == [cell.key for cell in grid.cells if cell.key]


def test_the_plan_covers_kinds_and_quirks():
    options = Options(0, ("html", "pdf"), QUIRKS, 1)
    specimens = plan(options, CATALOG)
    for kind in options.kinds:
        names = {name for one in specimens if one.kind == kind for name in one.quirks}
        assert names == {name for name in QUIRKS if load_quirks()[name].fits(kind)}
    assert len({one.stem for one in specimens}) == len(specimens)
    assert len(plan(Options(30, ("tab_text", "line_text", "markdown"), (), 1), CATALOG)) == 30


def test_quirks_are_chosen_by_name():
    assert chosen_quirks("none") == ()
    assert [quirk.name for quirk in chosen_quirks("watermark, note_mark")] == [
        "watermark",
        "note_mark",
    ]
    with pytest.raises(KeyError):
        chosen_quirks("no_such")


def test_a_test_bed_is_measured_and_goes_on_where_it_was(tmp_path: Path):
    options = Options(3, ("tab_text",), ("unit_in_cell",), 4)
    folder = tmp_path / "bed"
    paths = write_testbed(folder, options, workers=1)
    gone = json.loads(paths[0].read_text())
    before = (folder / gone["file"]).read_bytes()
    paths[0].unlink()
    (folder / gone["file"]).unlink()
    assert write_testbed(folder, options, workers=1) == paths
    assert (folder / gone["file"]).read_bytes() == before

    rows = measure(folder, paths)
    (total,) = summary(rows).to_dicts()
    assert total["documents"] == 3
    assert total["exact"] == total["cells"] == rows["cells"].sum()
    assert failures(rows).is_empty()
    kept = list((folder / "results").iterdir())
    assert len(kept) == 1
    assert measure(folder, paths).equals(rows)
    # A number that the document does not print is a silent error of a clear document.
    changed = json.loads(paths[0].read_text())
    key = next(iter(changed["cells"]))
    changed["cells"][key] += 1
    paths[0].write_text(json.dumps(changed))
    (wrong,) = failures(measure(folder, paths)).to_dicts()
    assert (wrong["outcome"], wrong["cells"], wrong["keys"]) == ("silent", 1, key)
    facts = dict.fromkeys(
        ("documents", "seed", "code", "cells", "seconds", "processors", "dpi", "quality", "noise",
         "tilt", "specks"), 1
    )  # fmt: skip
    for lang in ("zh", "en"):
        page = accuracy_page(measure(folder, paths), facts, lang)
        assert key in page
        assert "`unit_in_cell`" in page


def test_other_files_are_left_alone(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(NotATestBedError):
        write_testbed(tmp_path, Options(1, ("tab_text",), (), 1), workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_wilson_interval():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(5, 5)[1] == 1.0


def test_a_share_is_never_rounded_up_to_all():
    assert percent(1.0) == "100"
    assert percent(0.9999999) == "99.999"
    assert percent(0.5) == "50"


def test_doubtful_cells_are_those_of_the_damaged_row():
    rng = random.Random(2)
    report = random_report(rng, CATALOG, "gir_2021", applications=900)
    changed = load_quirks()["glued_cells"].change(report, rng, CATALOG)
    assert changed is not None
    assert len(changed.doubtful) == 7
    assert len({item for item, _ in changed.doubtful}) == 1

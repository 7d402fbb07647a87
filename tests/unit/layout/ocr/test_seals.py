from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from assets.cells.second import readings_doubt
from assets.common.limits import Limits
from assets.layout.model import GridCell
from assets.layout.ocr.deskew import ink
from assets.layout.ocr.engine import Area
from assets.layout.ocr.rulings import find_rulings, rules_off
from assets.layout.ocr.seals import LEFT, TAKEN, coloured_share, find_rings, hides, without_seals
from assets.layout.parsers import choose_parser
from assets.layout.parsers.base import Source
from assets.synthetic.seal import with_seal

from .pictures import PUBLISHED, QUIET, pixels, scans

SCALE = 200 / 72
RED, GREY = (220, 40, 40), (95, 95, 95)
ROWS = (
    ("信息内容", "本年制发件数", "现行有效件数"),
    ("行政规范性文件", "7", "1"),
    ("行政许可", "58644", "12"),
    ("行政处罚", "8", "2070"),
)
NUMBERS = {(row, col): ROWS[row][col] for row in (1, 2, 3) for col in (1, 2)}


def ringed(
    page: Image.Image,
    x: float,
    y: float,
    radius: float = 50.0,
    line: float = 4.0,
    colour: tuple[int, int, int] = RED,
) -> Image.Image:
    """A page with a ring pressed on it, all in points; print shows through."""
    layer = Image.new("RGB", page.size, "white")
    middle_x, middle_y, reach = x * SCALE, y * SCALE, radius * SCALE
    ImageDraw.Draw(layer).ellipse(
        (middle_x - reach, middle_y - reach, middle_x + reach, middle_y + reach),
        outline=colour,
        width=round(line * SCALE),
    )
    return ImageChops.multiply(page.convert("RGB"), layer)


def table(style=PUBLISHED) -> Image.Image:
    return Image.open(io.BytesIO(scans(ROWS, style, seed=3)[0]))


def as_jpeg(page: Image.Image) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=75, dpi=(200, 200))
    return buffer.getvalue()


def cells_of(page: Image.Image, folder: Path) -> dict[tuple[int, int], GridCell]:
    path = folder / "page.jpg"
    path.write_bytes(as_jpeg(page))
    parser = choose_parser("image/jpeg")
    assert parser is not None
    document = parser.parse(Source(path, path.name, "image/jpeg", Limits()))
    return {(cell.row, cell.col): cell for grid in document.grids for cell in grid.cells}


def test_a_red_seal_is_taken_off_and_print_under_it_stays():
    page = Image.new("L", (1000, 800), 250)
    pen = ImageDraw.Draw(page)
    pen.line((100, 400, 900, 400), fill=20, width=3)
    sealed = Image.open(io.BytesIO(as_jpeg(ringed(page, 180, 144))))
    grey, colours = without_seals(np.array(sealed), SCALE)
    foot = round((144 + 48) * SCALE), round(180 * SCALE)
    assert grey[foot] > 230
    assert colours[foot] == TAKEN
    # The rule is black across the seal, over the paper inside and under the ring itself.
    assert (grey[399:403, 100:900].min(axis=0) < 130).all()
    assert find_rings(ink(grey), SCALE) == []


def test_coloured_print_stays_in_the_picture():
    page = Image.new("RGB", (1000, 800), "white")
    pen = ImageDraw.Draw(page)
    for y in (100, 200, 300):
        pen.line((100, y, 900, y), fill=(30, 60, 220), width=3)
    for x in (100, 500, 900):
        pen.line((x, 100, x, 300), fill=(30, 60, 220), width=3)
    pen.text((200, 150), "2070", fill=(220, 30, 30), font_size=40)
    grey, colours = without_seals(np.array(page), SCALE)
    assert (grey == cv2.cvtColor(np.array(page), cv2.COLOR_RGB2GRAY)).all()
    assert set(np.unique(colours)) == {0, LEFT}
    assert len(find_rulings(ink(grey), SCALE).tables[0]) == 4


def test_a_page_without_colour_has_no_map_of_it():
    page = np.array(table().convert("RGB"))
    grey, colours = without_seals(page, SCALE)
    assert colours is None
    assert (grey == page[:, :, 0]).all()


@pytest.mark.parametrize("line", [1.5, 3.0, 4.0])
@pytest.mark.parametrize("x", [175.0, 225.0, 285.0])
def test_a_grey_ring_is_found_and_is_no_rule(line: float, x: float):
    page = np.array(ringed(table(), x, 130, line=line, colour=GREY).convert("L"))
    marks = ink(page)
    ruled = find_rulings(marks, SCALE)
    plain = find_rulings(ink(pixels(scans(ROWS, PUBLISHED, seed=3)[0])), SCALE)
    assert len(ruled.tables[0]) == len(plain.tables[0]) == 12
    marks[rules_off(marks, ruled)[0]] = 0
    (ring,) = find_rings(marks, SCALE)
    assert (ring.x, ring.y, ring.radius) == pytest.approx(
        (x * SCALE, 130 * SCALE, 50 * SCALE), abs=4 * SCALE
    )
    assert ring.reaches(Area(round(x * SCALE), 0, round(x * SCALE) + 9, 900), 0)
    assert not ring.reaches(Area(round((x + 60) * SCALE), 0, 1200, 900), 0)


def test_a_table_without_a_seal_has_no_ring():
    marks = ink(pixels(scans(ROWS, PUBLISHED, seed=5)[0]))
    ruled = find_rulings(marks, SCALE)
    assert not ruled.bent.any()
    marks[rules_off(marks, ruled)[0]] = 0
    assert find_rings(marks, SCALE) == []


def test_part_of_a_seal_at_the_edge_of_the_page_is_found():
    page = np.array(ringed(table(), 420, 130, colour=GREY).convert("L"))
    (ring,) = find_rings(ink(page), SCALE)
    assert ring.x == pytest.approx(420 * SCALE, abs=6 * SCALE)


def test_a_seal_hides_what_it_lies_on_or_near_and_a_blank_cell():
    cell, found = Area(0, 0, 300, 60), Area(20, 15, 60, 45)
    colours = np.zeros((60, 300), np.uint8)
    assert not hides(colours, cell, None, 40.0)
    colours[10:50, 250:260] = TAKEN
    assert not hides(colours, cell, found, 40.0)
    assert hides(colours, cell, None, 40.0)
    colours[10:50, 90:95] = TAKEN
    assert hides(colours, cell, found, 40.0)


def test_coloured_ink_is_counted_against_all_ink():
    cell = Area(0, 0, 300, 60)
    colours, marks = np.zeros((60, 300), np.uint8), np.zeros((60, 300), np.uint8)
    assert coloured_share(colours, marks, cell) == 0
    marks[15:45, 20:60] = 255
    colours[15:45, 20:30] = LEFT
    colours[0:10] = LEFT
    assert coloured_share(colours, marks, cell) == 0.25


@pytest.mark.parametrize("colour", [RED, GREY])
def test_no_number_beside_a_ring_is_silently_wrong(colour: tuple[int, int, int], tmp_path: Path):
    for x in (177.0, 181.0, 285.0):
        read = cells_of(ringed(table(), x, 130, colour=colour), tmp_path)
        wrong = [
            (at, cell.text)
            for at, cell in read.items()
            if at in NUMBERS and cell.text != NUMBERS[at] and readings_doubt(cell) is None
        ]
        assert wrong == []
        assert any(readings_doubt(cell) for at, cell in read.items() if at in NUMBERS)


def test_cells_that_a_red_seal_leaves_free_are_sure(tmp_path: Path):
    read = cells_of(ringed(table(), 95, 130), tmp_path)
    texts = {at: cell.text for at, cell in read.items() if at in NUMBERS}
    assert texts == NUMBERS
    assert not any(readings_doubt(read[at]) for at in NUMBERS)


def test_red_ink_beside_black_print_is_doubted_and_a_red_table_is_not(tmp_path: Path):
    page = table(QUIET).convert("RGB")
    channels = np.array(page)
    channels[:, :, 0] = channels[:, :, 0].clip(215)
    red = Image.fromarray(channels)
    marked = page.copy()
    # A tick in red pen beside 12.
    ImageDraw.Draw(marked).line((920, 370, 935, 385, 960, 345), fill=(225, 30, 30), width=4)
    read = cells_of(marked, tmp_path)
    assert readings_doubt(read[2, 2])
    assert not readings_doubt(read[2, 1])
    read = cells_of(red, tmp_path)
    assert {at: read[at].text for at in NUMBERS} == NUMBERS
    assert not any(readings_doubt(read[at]) for at in NUMBERS)


def test_a_made_up_seal_lies_on_the_page_and_keeps_to_its_seed():
    page = table().convert("L")
    one, again, other = (with_seal(page, np.random.default_rng(seed), 200) for seed in (1, 1, 2))
    assert one.tobytes() == again.tobytes() != other.tobytes()
    red, green, _ = one.split()
    assert np.count_nonzero(np.array(red).astype(int) - np.array(green) > 80) > 1000

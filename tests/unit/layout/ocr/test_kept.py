from __future__ import annotations

from pathlib import Path

import pytest

from assets.layout.ocr.engine import Engine, load_engine
from assets.layout.ocr.kept import engine_for
from assets.layout.ocr.page import Seen, see_page

from .pictures import pixels, scans

SCALE = 200 / 72
PAGE = pixels(scans()[0])


class AskedError(Exception):
    """The networks were asked."""


def not_again() -> Engine:
    raise AskedError


def seen(image, folder: Path | None, load=not_again) -> Seen:
    with engine_for(image, folder, load) as engine:
        return see_page(image.copy(), SCALE, engine)


def test_a_page_is_recognised_once(tmp_path: Path):
    first = seen(PAGE, tmp_path, load_engine)
    assert first.characters > 30
    assert seen(PAGE, tmp_path) == first == seen(PAGE, None, load_engine)
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert file.stat().st_size < 20_000


def test_another_pixel_is_another_page(tmp_path: Path):
    seen(PAGE, tmp_path, load_engine)
    other = PAGE.copy()
    other[0, 0] -= 1
    with pytest.raises(AskedError):
        seen(other, tmp_path)


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes):
    first = seen(PAGE, tmp_path, load_engine)
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(content)
    assert seen(PAGE, tmp_path, load_engine) == first
    assert seen(PAGE, tmp_path) == first


def test_what_is_no_longer_asked_is_dropped(tmp_path: Path):
    with engine_for(PAGE, tmp_path, load_engine) as engine:
        whole = engine.find(PAGE)
        engine.read([PAGE[:100]])
    with engine_for(PAGE, tmp_path, not_again) as engine:
        assert engine.find(PAGE) == whole
    with engine_for(PAGE, tmp_path, not_again) as engine, pytest.raises(AskedError):
        engine.read([PAGE[:100]])

"""What a kept reading depends on, and so which documents must be read again."""

from __future__ import annotations

from assets.common.reach import reach_hash
from assets.common.staleness import SHARED
from assets.layout.ocr.engine import INSTALL, is_available
from assets.layout.parsers import PICTURES, choose_parser
from schemas.catalog import Catalog

PICTURED = frozenset({"docx", "html", "mhtml", "converted", "xlsx"})
"""Readers that hand over pictures; those of pages look at theirs themselves."""


def reading_version(media_type: str, catalog: Catalog, has_pictures: bool = False) -> str:
    """What a memo of this media type depends on: reader, code, and files that tell labels.

    Where the document holds pictures beside its text, it depends on what reads those too.

    The code is part of it as a hash, so that a forgotten version number can never leave rows
    that a fresh build would not make. It is the code that this reader can reach, and no more:
    what changes in another reader has none of these documents read again.
    """
    parser = choose_parser(media_type)
    if parser is None:
        return f"none {reach_hash(SHARED)[:16]} {catalog.reading_hash[:16]}"
    pictures = (PICTURES,) if has_pictures and parser.name in PICTURED else ()
    code = reach_hash(type(parser).__module__, SHARED, *pictures)
    return f"{parser.name}-{parser.version} {code[:16]} {catalog.reading_hash[:16]}"


def could_say_more(reason: str | None) -> bool:
    """Whether a reading ended for want of a program that is there now."""
    return INSTALL in (reason or "") and is_available()

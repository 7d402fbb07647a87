"""What a reader is given and what it must offer."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from assets.common.limits import Limits
from assets.layout.model import ParsedDocument, ReadFailure
from schemas.vocabulary import DocumentStatus


@dataclass(frozen=True, slots=True)
class Source:
    """One stored document: where its bytes are, the name it arrived under, its sniffed type.

    seen_pages: where to keep what recognition says of pages; None to keep nothing.
    """

    path: Path
    file_name: str
    media_type: str
    limits: Limits
    seen_pages: Path | None = None


class Parser(Protocol):
    """A reader of some media types.

    It knows nothing of formats, years or items. `version` is part of the memo key: raising it
    makes every document of these types be read again.
    """

    @property
    def name(self) -> str:
        """Short name that goes into the rows, e.g. html."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same bytes may give other blocks or grids."""
        ...

    @property
    def media_types(self) -> frozenset[str]:
        """Media types that this reader takes."""
        ...

    def parse(self, source: Source) -> ParsedDocument:
        """Blocks and grids of the document, in reading order.

        Raises:
            ReadFailure: the document cannot be read; status and reason say why.
        """
        ...


def read_bytes(source: Source) -> bytes:
    """The bytes of a document.

    Raises:
        ReadFailure: the file is empty, or larger than the limit.
    """
    size = source.path.stat().st_size
    if size == 0:
        raise ReadFailure(DocumentStatus.DAMAGED, f"{source.file_name} is empty (0 bytes)")
    if size > source.limits.max_bytes:
        raise ReadFailure(
            DocumentStatus.TOO_LARGE,
            f"{source.file_name} has {size} bytes, more than the limit of "
            f"{source.limits.max_bytes}",
        )
    return source.path.read_bytes()


Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def uncollected(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A function that makes thousands of small objects and no cycles among them.

    The collector of cycles would look through them again and again, which takes up to a third of
    the time of a page; it waits until the function is done.
    """

    @wraps(function)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        is_on = gc.isenabled()
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if is_on:
                gc.enable()

    return run

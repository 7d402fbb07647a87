"""What code a module can reach: the modules that it imports, those that they import, and so on.

A stored reading holds while the code that made it is the same. All code of the project would be
too much (a change of the reader of scans would have every web page read again), a list kept by
hand too little. So imports are followed in the source text, those inside functions too, and
nothing is imported for it: all files together cost some milliseconds, once in a process.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FOLDERS = ("assets", "schemas", "orchestration")
"""Packages of the project; whatever else is imported is a library or part of Python."""

STEERING = frozenset(
    {
        "assets.common.durable",
        "assets.common.lake",
        "assets.common.lock",
        "assets.common.metadata",
        "assets.common.partitions",
        "assets.common.paths",
        "assets.common.reach",
        "assets.common.staleness",
        "assets.common.workers",
        "assets.common.workspace",
        "assets.layout.parsers",
        "assets.layout.versions",
    }
)
"""Modules that say when, where and by whom work is done, never what comes of it.

They are not followed. The register of readers is one: it names all of them, and of a document the
one that reads it counts.
"""

RUNS_ONLY = frozenset({"dagster"})
"""A library of which the same is true."""

DISTRIBUTIONS = {
    "PIL": ("pillow",),
    "cv2": ("opencv-python-headless", "opencv-python"),
    "onnxruntime": ("onnxruntime", "rapidocr"),
    "pdfminer": ("pdfminer.six",),
    "pdfplumber": ("pdfplumber", "pdfminer.six"),
    "yaml": ("pyyaml",),
}
"""Packages behind an import where the name is another, or where one brings what it works with.

The networks that onnxruntime runs come in the wheel of rapidocr.
"""

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]+)|import[ \t]+([^\n]+))",
    re.MULTILINE,
)
_NAMED = re.compile(rb"""["']((?:assets|schemas|orchestration)(?:\.\w+)+)[:"']""")
"""A module named in a text, as the pool of workers is told what to call."""
_DATA = re.compile(rb"""["']([\w-]+\.(?:csv|json|txt|ya?ml))["']""")
"""A data file named in the code; it counts where it lies beside the module."""
_COMMENT = re.compile(rb"#[^\n]*")
_NAME = re.compile(r"\w+(?: as \w+)?")


@dataclass(frozen=True, slots=True)
class _Source:
    """A module's file: hash of its bytes, data beside it included, and modules that it names."""

    digest: str
    names: frozenset[str]


@lru_cache(maxsize=1024)
def _source(path: Path) -> _Source:
    content = path.read_bytes()
    names = {name.decode() for name in _NAMED.findall(content)}
    for module, imported, plain in _IMPORT.findall(_COMMENT.sub(b"", content)):
        if module:
            names.add(module.decode())
            listed = _NAME.findall(imported.decode())
            names |= {f"{module.decode()}.{name.split()[0]}" for name in listed}
        else:
            names |= {part.split()[0] for part in plain.decode().split(",") if part.split()}
    digest = hashlib.sha256(content)
    for name in sorted(set(_DATA.findall(content))):
        data = path.with_name(name.decode())
        if data.is_file():
            digest.update(name + data.read_bytes())
    return _Source(digest.hexdigest(), frozenset(names))


@lru_cache(maxsize=8192)
def _file(root: Path, module: str) -> Path | None:
    """The file of a module of the project; None for what a module holds."""
    base = root.joinpath(*module.split("."))
    return next(
        (path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """Modules of the project that can be reached, by name, and top-level names of libraries."""

    modules: frozenset[str]
    libraries: frozenset[str]


@lru_cache(maxsize=256)
def reach(*modules: str, root: Path = PROJECT) -> Reach:
    """What some modules can reach, themselves included; STEERING is not followed.

    Args:
        modules: dotted names of modules of the project.
        root: the folder that holds the packages of FOLDERS.

    Raises:
        ModuleNotFoundError: one of `modules` has no file.
    """
    found: set[str] = set()
    libraries: set[str] = set()
    seen: set[str] = set()
    waiting = list(modules)
    for module in modules:
        if _file(root, module) is None:
            raise ModuleNotFoundError(f"{module} has no file under {root}")
    while waiting:
        module = waiting.pop()
        if module in seen or module in STEERING:
            continue
        seen.add(module)
        path = _file(root, module)
        if path is None:
            continue
        found.add(module)
        for name in _source(path).names - seen:
            first, *rest = name.split(".")
            if first in FOLDERS:
                # To import a module runs the packages around it as well.
                waiting.extend(".".join([first, *rest[:depth]]) for depth in range(len(rest) + 1))
            elif first not in sys.stdlib_module_names and first not in RUNS_ONLY:
                libraries.add(first)
    return Reach(frozenset(found), frozenset(libraries))


@lru_cache(maxsize=64)
def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "none"


@lru_cache(maxsize=256)
def reach_hash(*modules: str, root: Path = PROJECT) -> str:
    """SHA-256 over the code that some modules can reach, its libraries' versions and Python's.

    Args:
        modules: dotted names of modules of the project.
        root: see reach.
    """
    found = reach(*modules, root=root)
    digest = hashlib.sha256(f"python {sys.version_info.major}.{sys.version_info.minor}".encode())
    for module in sorted(found.modules):
        path = _file(root, module)
        if path is not None:
            digest.update(f"\n{module} {_source(path).digest}".encode())
    names = {name for library in found.libraries for name in DISTRIBUTIONS.get(library, (library,))}
    for name in sorted(names):
        digest.update(f"\n{name} {_version(name)}".encode())
    return digest.hexdigest()


def forget() -> None:
    """Look at files and libraries anew: for a process that outlives a change of them."""
    for cached in (_source, _file, _version, reach, reach_hash):
        cached.cache_clear()

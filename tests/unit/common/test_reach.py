"""A reading depends on the code that its reader reaches, all of it and no more."""

import ast
import shutil
import sys
from importlib import metadata
from pathlib import Path

import pytest

from assets.common import reach as module
from assets.common.reach import DISTRIBUTIONS, FOLDERS, STEERING, reach, reach_hash
from assets.common.staleness import SHARED
from assets.layout.parsers import PARSERS, choose_parser
from assets.layout.versions import reading_version
from schemas.catalog import load_catalog

PROJECT = Path(__file__).parents[3]
KINDS = {
    "text": "text/plain",
    "html": "text/html",
    "mhtml": "multipart/related",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "ofd": "application/ofd",
    "pdf": "application/pdf",
    "png": "image/png",
}
SOURCES = sorted(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.py"))


def dotted(path):
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_by_syntax(path):
    """Modules of the project and libraries that a file imports, as Python parses it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_imports_are_found_as_python_finds_them():
    """Inside functions too. More may be found (a line of prose), never less."""
    assert len(SOURCES) > 200
    for path in SOURCES:
        assert imports_by_syntax(path) <= module._source(path).names, path


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the code in which files can be changed."""
    root = tmp_path_factory.mktemp("project")
    for folder in FOLDERS:
        shutil.copytree(
            PROJECT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", "data")
        )
    return root


@pytest.fixture
def read_otherwise(project):
    """Says which kinds of file would be read again if a file of the project had one byte more."""

    def versions():
        module.forget()
        readers = {kind: type(choose_parser(media)).__module__ for kind, media in KINDS.items()}
        return {kind: reach_hash(reader, SHARED, root=project) for kind, reader in readers.items()}

    def changed(name):
        path, before = project / name, versions()
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        try:
            after = versions()
        finally:
            path.write_bytes(content)
        return {kind for kind in KINDS if before[kind] != after[kind]}

    yield changed
    module.forget()


ALL = set(KINDS)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        *((f"assets/layout/ocr/{name}.py", {"png", "pdf", "ofd"})
          for name in ("cells", "deskew", "engine", "kept", "page", "rulings", "seals")),
        ("assets/layout/parsers/scan.py", {"png", "pdf", "ofd"}),
        # Documents that hold pictures depend on their reader one by one: see test_embedded.
        ("assets/layout/parsers/pictures.py", {"ofd"}),
        ("assets/layout/parsers/html.py", {"html", "mhtml"}),
        ("assets/layout/parsers/html_tree.py", {"html", "mhtml"}),
        ("assets/layout/parsers/text.py", {"text", "html", "mhtml"}),
        ("assets/layout/parsers/docx_body.py", {"docx", "doc"}),
        ("assets/layout/parsers/convert.py", {"doc"}),
        ("assets/common/watch.py", {"doc"}),
        ("assets/layout/encoding.py", {"text", "html", "mhtml"}),
        ("assets/layout/sections.py", ALL),
        ("assets/layout/identify.py", ALL),
        ("schemas/traditional.csv", ALL),
        ("assets/layout/parsers/__init__.py", set()),
        ("assets/common/workers.py", set()),
        ("assets/cells/recognise.py", set()),
        ("assets/warehouse/release.py", set()),
    ],
)  # fmt: skip
def test_a_change_concerns_the_kinds_of_file_whose_reader_reaches_it(read_otherwise, name, kinds):
    assert read_otherwise(name) == kinds


def test_every_kind_of_file_here_is_read():
    assert all(choose_parser(media) for media in KINDS.values())
    assert {type(parser).__module__ for parser in PARSERS} == {
        type(choose_parser(media)).__module__ for media in KINDS.values()
    }


def test_a_library_counts_for_the_readers_that_import_it(monkeypatch):
    catalog, version = load_catalog(), metadata.version

    def versions():
        module.forget()
        return {kind: reading_version(media, catalog) for kind, media in KINDS.items()}

    def changed(library):
        before = versions()
        with monkeypatch.context() as patched:
            patched.setattr(metadata, "version", lambda n: "0" if n == library else version(n))
            after = versions()
        return {kind for kind in KINDS if before[kind] != after[kind]}

    try:
        assert changed("pdfplumber") == {"pdf", "png", "ofd"}
        assert changed("selectolax") == {"html", "mhtml"}
        assert changed("rapidocr") == {"pdf", "png", "ofd"}
        assert changed("lxml") == {"docx", "doc", "xlsx", "ofd"}
        assert changed("polars") == ALL
        assert changed("dagster") == set()
    finally:
        module.forget()


def test_every_library_that_is_reached_has_its_version():
    """A name that is not the package's would count as absent for ever."""
    readers = {type(parser).__module__ for parser in PARSERS}
    found = reach(*readers, SHARED, "assets.layout.assets", "assets.validation.assets").libraries
    installed = metadata.packages_distributions()
    assert {"cv2", "pdfplumber", "selectolax"} <= found
    for library in found & set(installed):
        names = DISTRIBUTIONS.get(library, (library,))
        real = {name.lower().replace("_", "-") for name in installed[library]}
        assert real & {name.replace("_", "-") for name in names}, library


def test_what_steers_exists():
    for name in STEERING:
        path = PROJECT.joinpath(*name.split("."))
        assert path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def write(root, **files):
    for name, text in files.items():
        path = root / "assets" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_late_listed_named_and_packaged_modules_are_reached(tmp_path):
    write(
        tmp_path,
        a="def late():\n    from assets import (\n        b,  # (one)\n        x as y,\n    )\n",
        b='CALL = "assets.c:run"\nimport os, numpy as np\n',
        c="from assets.folder.d import thing\n",
        lonely="import lxml\n",
    )
    write(tmp_path, **{"folder/__init__": "import assets.e\n", "folder/d": "", "e": "", "x": ""})
    found = reach("assets.a", root=tmp_path)
    names = {"a", "b", "c", "e", "x", "folder", "folder.d"}
    assert found.modules == {f"assets.{name}" for name in names}
    assert found.libraries == {"numpy"}


def test_what_has_no_file_cannot_be_followed(tmp_path):
    with pytest.raises(ModuleNotFoundError, match=r"assets\.none"):
        reach("assets.none", root=tmp_path)


def test_it_imports_nothing():
    before = set(sys.modules)
    module.forget()
    reach_hash("assets.layout.parsers.scan")
    assert {name for name in set(sys.modules) - before if not name.startswith("encodings")} == set()

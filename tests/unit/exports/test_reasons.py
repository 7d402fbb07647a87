"""Every reason that the code can give is told in Chinese as well, and none is made up."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from assets.exports.reasons import REASONS, reason_code, reason_in

PROJECT = Path(__file__).parents[3]
SAYING = tuple(f"assets/{stage}" for stage in ("documents", "layout", "cells", "facts", "agencies"))
"""Folders whose code gives reasons; their Dagster definitions describe themselves only."""
WORDS = re.compile(r"[a-z]{2,},? [a-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


DESCRIBING = {"assets.py", "checks.py", "make_divisions.py", "frames.py"}
DEFECTS = {"LookupError", "TypeError", "WorkerError", "_UnknownFormat"}
"""Exceptions whose text no table carries: it is for a programmer."""
PIECES = {
    # Joined to others before anybody sees them; the whole is looked at below.
    "no table of the official forms was found, and 1 of the six official headings1. If it is a "
    "report, its text may lie in an attachment or in pictures: take in the original file",
    "no report year was found in it1",
    "no agency name was found in it1",
    "; write it into manifest.csv beside the file or into config/overrides.csv",
    "its title is that of 1",
    "its title is",
    "1 MB is above the limit of 1 MB; take in a smaller file or raise the limit1",
    "; its bytes were not copied, fct_arrival says where it is",
    "`make ocr` (or pip install 'gongkai[ocr]')",
    "install LibreOffice (e.g. `apt-get install libreoffice-writer-nogui libreoffice-calc-nogui`)",
    "not all of it was read: ",
    "1 or never taken in",
    "Value error, ",
    # Never shown: they end a build or a worker, or are looked for in what a library says.
    "1; delete lake/parse_log and build again",
    "1 file(s) under parsed/ are gone, the first: 1",
    "no reader takes 1",
    "rapidocr is not installed",
    "rapidocr 1 carries no 1",
    "memory allocation of",
    "out of memory",
    "import sys; from assets.common.workers import _serve; _serve(*map(int, sys.argv[1:]))",
    "head > title, body > title",
}
CODE = re.compile(r"[<\n]|\(\?")
"""Markup, lists of names and patterns are no sentences."""


def texts() -> dict[str, dict[str, str]]:
    return yaml.safe_load(REASONS.read_text(encoding="utf-8"))


def _text(node: ast.AST, module: ModuleType) -> str:
    """A literal with 1 in its gaps; a gap that a constant of the module fills has its text."""
    if isinstance(node, ast.Constant):
        return str(node.value).replace("{}", "1")
    assert isinstance(node, ast.JoinedStr)
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            assert isinstance(part, ast.FormattedValue)
            name = part.value.id if isinstance(part.value, ast.Name) else ""
            found = getattr(module, name, None)
            parts.append(found if isinstance(found, str) else "1")
    return "".join(parts)


def sentences(path: Path) -> Iterator[str]:
    """English phrases in a module: all but docstrings, and what only programmers see."""
    name = path.relative_to(PROJECT).with_suffix("").as_posix().replace("/", ".")
    module = importlib.import_module(name.removesuffix(".__init__"))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            hidden |= {id(inner) for inner in ast.walk(node) if inner is not node}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            hidden |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            called = getattr(node.exc.func, "id", "")
            if called in DEFECTS:
                hidden |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (is_text or isinstance(node, ast.JoinedStr)) and id(node) not in hidden:
            text = _text(node, module)
            if WORDS.search(text) and not CODE.search(text):
                yield text


def modules() -> list[Path]:
    found = [path for folder in SAYING for path in sorted((PROJECT / folder).rglob("*.py"))]
    found = [path for path in found if path.name not in DESCRIBING]
    others = ("assets/common/workers.py", "schemas/register_models.py", "schemas/credit_code.py")
    return [*found, *(PROJECT / name for name in (*others, "schemas/correction_models.py"))]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_all_that_the_code_says_is_told_in_chinese(path: Path):
    unknown = [
        text for text in sentences(path) if text not in PIECES and reason_in(text, "zh") == text
    ]
    assert unknown == [], f"add them to {REASONS.name}"


def test_both_languages_of_a_reason_have_the_same_gaps():
    for code, text in texts().items():
        assert set(text) == {"en", "zh"}, code
        gaps = [set(re.findall(r"\{(\w*)\}", text[lang])) for lang in ("en", "zh")]
        assert gaps[0] == gaps[1], code
        assert "" not in gaps[0], code
        assert CHINESE.search(text["zh"]) or not re.search("[a-z]{3}", text["zh"]), code


def test_every_reason_is_recognised_as_itself():
    for code, text in texts().items():
        filled = re.sub(r"\{\w+\}", "7", text["en"])
        assert reason_code(filled) == code


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "5 blank cells stand in front of 10 values: they may have slipped",
            "10 个数之前有 5 个空格：可能错位",
        ),
        (
            "not all of it was read: page 2 is a picture; to read it run `make ocr`; page 3: a "
            "picture of more than 40 pixels",
            "没有读全：第 2 页是图片；要读取请运行 `make ocr`；第 3 页：图片超过 40 像素",
        ),
        (
            "no table of the official forms was found, and 0 of the six official headings; its "
            "title is that of a notice: “关于x的通知”. If it is a report, its text may lie in an "
            "attachment or in pictures: take in the original file",
            "没有找到官方表式的表格，六个官方标题只找到 0 个；标题是通知：“关于x的通知”。"
            "如果它是报告，正文可能在附件或图片中：请导入原件",
        ),
        (
            "while its tables were recognised: the reading process ended with signal SIGKILL at "
            "30 MB (memory limit 20 MB); the file may be damaged or hostile: open it by hand",
            "识别表格时：读取进程以 信号 SIGKILL 中断，内存 30 MB（限制 20 MB）；"
            "文件可能损坏或有恶意：请人工打开",
        ),
        (
            "config/corrections/a.csv, line 3",
            "config/corrections/a.csv 第 3 行",
        ),
        (
            "this cell was corrected before (a.csv, line 2); line not used",
            "该单元前面已有更正（a.csv 第 2 行）；此行不用",
        ),
        (
            "page 1 was read a second time: many rules and no table, characters without a "
            "readable code",
            "第 1 页读了第二次：线条很多而没有表格、有的字符没有可读的编码",
        ),
        (
            "printed more than once, and differently: copy 1: 5; copy 2: 6",
            "印了不止一次，且不一致：第 1 处：5；第 2 处：6",
        ),
        (
            "it is taken for the report of 2023, but is of 2022 by its dates, title",
            "作为 2023 年度的报告，但其日期、标题所示为 2022 年度",
        ),
        (
            "not all of it was read: page 2 could not be read: x",
            "没有读全：第 2 页读不出：x",
        ),
        (
            "report_year '20x3' is not used: write a year from 1990 to 2100 or leave it empty",
            "report_year 的值 '20x3' 不用：请写 1990 至 2100 之间的年份，或留空",
        ),
        (
            "value 'x': is no number; write digits, as in 12 or 3.5, or /, or blank, text; "
            "corrected_on '2024-13-01': is no date; write it as 2024-01-31; line not used",
            "value 'x'：不是数字；请写数字（如 12 或 3.5）、/，或 blank, text；"
            "corrected_on '2024-13-01'：不是日期；请按 2024-01-31 的格式写；此行不用",
        ),
        ("a.pdf: page 2 is a picture and was not read: more than 9 pixels",
         "a.pdf：第 2 页是图片，没有读取：超过 9 像素"),
    ],
)  # fmt: skip
def test_what_fills_a_reason_is_told_as_well(english: str, chinese: str):
    assert reason_in(english, "zh") == chinese
    assert reason_in(english, "en") == english


def test_what_nobody_knows_stays_as_it_is():
    assert reason_in("something new", "zh") == "something new"
    assert reason_in("something new; two units", "zh") == "something new；有两个单位"
    assert reason_in(None, "zh") == ""
    assert reason_code("something new") == ""


def test_a_long_list_is_told_in_no_time():
    text = "; ".join(f"page {number}: 3 characters have no readable code" for number in range(400))
    assert reason_in(text, "zh").count("个字符没有可读的编码") == 400
    unknown = "; ".join(f"p{number}" for number in range(400))
    assert reason_in(unknown, "zh") == unknown

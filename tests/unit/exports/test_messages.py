from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from assets.exports.messages import language_of, load_messages, say
from schemas.vocabulary import DocumentStatus, Severity, ValueStatus

PROJECT = Path(__file__).parents[3]
SPEAKERS = sorted(
    [*(PROJECT / "orchestration" / "cli").glob("*.py"), *(PROJECT / "assets/exports").glob("*.py")]
)


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", load_messages())
def test_both_languages_say_the_same(key: str):
    message = load_messages()[key]
    assert set(message) == {"zh", "en"}
    assert all(isinstance(text, str) and text for text in message.values())
    assert names(message["zh"]) == names(message["en"])


def test_every_key_is_used_and_every_used_key_exists():
    source = "\n".join(path.read_text(encoding="utf-8") for path in SPEAKERS)
    keys = set(load_messages())
    written = set(re.findall(r"[\"']((?:help|option|error|view|summary|progress|check|score|demo|"
                             r"world|testbed|legend|mark|status|severity|workbook)\.[a-z_]+)[\"']",
                             source))  # fmt: skip
    assert written <= keys
    # A key that is put together, as in f"view.{name}", must appear by its last part, in quotes.
    words = set(re.findall(r"\"(\w+)\"", source)) | {path.stem for path in SPEAKERS}
    unused = {key for key in keys - written if key.split(".")[1] not in words}
    named_by_data = {f"status.{status}" for status in DocumentStatus}
    named_by_data |= {f"mark.{status}" for status in ValueStatus}
    named_by_data |= {f"severity.{severity}" for severity in Severity}
    assert unused - named_by_data == set()


def test_every_word_of_the_vocabularies_has_a_name():
    keys = set(load_messages())
    assert {f"status.{status}" for status in DocumentStatus} <= keys
    assert {f"severity.{severity}" for severity in Severity} <= keys
    shown_as_printed = {ValueStatus.REPORTED, ValueStatus.PLACEHOLDER, ValueStatus.TEXT}
    assert {f"mark.{status}" for status in set(ValueStatus) - shown_as_printed} <= keys


def test_the_environment_decides_the_language():
    assert language_of({}) == "en"
    assert language_of({"LANG": "C.UTF-8"}) == "en"
    assert language_of({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}) == "zh"
    assert language_of({"LANG": "zh_CN.UTF-8", "GONGKAI_LANG": "en"}) == "en"


def test_a_message_without_its_values_is_an_error():
    with pytest.raises(KeyError):
        say("error.no_match", "en", wrong="x")

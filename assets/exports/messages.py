"""The sentences of the command line, from messages.yml, in Chinese or English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

import yaml

Language = Literal["zh", "en"]
MESSAGES = Path(__file__).with_name("messages.yml")


@lru_cache(maxsize=1)
def load_messages() -> dict[str, dict[Language, str]]:
    """All messages: key to the text in each language."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with MESSAGES.open(encoding="utf-8") as handle:
        return yaml.load(handle, Loader=loader)


def language_of(environment: Mapping[str, str] = os.environ) -> Language:
    """The language that the environment asks for: GONGKAI_LANG, else the locale, else English."""
    for name in ("GONGKAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(key: str, lang: Language, /, **values: object) -> str:
    """The message `key` in a language, its names filled in.

    Raises:
        KeyError: no such message, or a name without a value: a defect of the caller.
    """
    text = load_messages()[key][lang]
    return text.format(**values) if values else text


def both(key: str) -> str:
    """The message in English and Chinese: help texts are fixed before any option is read."""
    return f"{say(key, 'en')} {say(key, 'zh')}"


def severity_name(severity: str, lang: Language) -> str:
    """The name of a finding's severity."""
    return say(f"severity.{severity}", lang)


def status_name(status: str, lang: Language) -> str:
    """What became of a document, in words."""
    return say(f"status.{status}", cast("Language", lang))

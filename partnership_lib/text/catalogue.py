"""The sentences of the workbench, read from ``text/<language>/*.toml``; an error becomes a sentence here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from partnership_lib.errors import PartnershipError, UsageError
from partnership_lib.text.formatting import SentenceFormatter
from partnership_lib.units.outward_text import clean_text

LANGUAGES = ("sv", "en")
NOTHING = ("", "–")


@cache
def _catalogue(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        raise UsageError("unknown_language", found=language, allowed=", ".join(LANGUAGES))
    sentences: dict[str, str] = {}
    for source in sorted(files(__package__).joinpath(language).iterdir(), key=lambda entry: entry.name):
        if source.name.endswith(".toml"):
            for key, template in _flat(tomllib.loads(source.read_text(encoding="utf-8"))):
                if key in sentences:
                    raise ValueError(f"{language}/{source.name}: {key} is written twice")
                sentences[key] = template
    return sentences


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def keys(language: str) -> frozenset[str]:
    """Return the keys of all sentences in a language."""
    return frozenset(_catalogue(language))


def has(key: str, language: str) -> bool:
    """Return whether a sentence stands under `key`."""
    return key in _catalogue(language)


def template(key: str, language: str) -> str:
    """Return the sentence under `key` as it is written, its values not filled in: for a page that fills them in."""
    return _catalogue(language)[key]


def sentence(key: str, values: Mapping[str, Any], language: str) -> str:
    """Return the sentence under `key` with its values filled in.

    Raises
    ------
    KeyError
        When there is no such sentence or a value is missing: a mistake in the program, caught by the tests.
    """
    template = _catalogue(language)[key]
    return SentenceFormatter(language, lambda group, value: word(group, value, language)).vformat(template, (), values)


def word(group: str, value: Any, language: str) -> str:
    """Return the reader's word for a code, such as ``word("level", "strategic", "sv")``; the code where there is none.

    Examples
    --------
    >>> word("level", "strategic", "sv")
    'strategisk'
    """
    return _catalogue(language).get(f"word.{group}.{value}", str(value))


def describe(error: PartnershipError, language: str) -> str:
    """Return an error as a sentence: what is wrong, where, what was found, what is allowed, what to do."""
    key = f"error.{error.code}"
    if error.values.get("allowed") in NOTHING and has(f"{key}_yet", language):
        key += "_yet"  # a new workspace holds none to choose from: how to get some is what helps
    if not has(key, language):
        return clean_text(_writable(str(error)))
    values = {name: _described(value, language) for name, value in error.values.items()}
    return _writable(sentence(key, values, language))


def _writable(text: str) -> str:
    """Return a text that every terminal, page and log can hold: names of files and arguments may have stray bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def told(key: str, values: Mapping[str, Any], language: str) -> str:
    """Return `sentence` for a terminal or a log: no value can begin a line, colour one, or show a personal number."""
    return sentence(key, {name: plain_value(value) for name, value in values.items()}, language)


def plain_value(value: Any) -> Any:
    """Return a value as it may stand in a terminal, a log or ``--json``: its texts cleaned, all else as it is.

    Examples
    --------
    >>> plain_value({"found": "\x1b[31m900101-0017", "row": 7})
    {'found': '[31m******-****', 'row': 7}
    """
    if type(value) is str:
        return clean_text(_writable(value))
    if isinstance(value, Mapping):
        return {name: plain_value(each) for name, each in value.items()}
    return type(value)(map(plain_value, value)) if type(value) in (list, tuple) else value


def _described(value: Any, language: str) -> Any:
    """Return a value of an error; where it is errors, their sentences, a line each."""
    if isinstance(value, tuple) and value and all(isinstance(each, PartnershipError) for each in value):
        return "\n".join(describe(each, language) for each in value)
    return plain_value(value)

"""Every sentence stands in both languages, takes the same values, and every error code has one."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from partnership_lib import errors
from partnership_lib.text import catalogue
from partnership_lib.text.formatting import SentenceFormatter

ERROR_CLASSES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
# What the kernel raises learns the number of its cell in the process that reads the notebook.
ADDED_LATER = {"partnership_lib/reports/kernel.py": {"cell"}}
SAMPLES = (3, 0.5, date(2026, 9, 15), "2026-T2", ["a", "b"])


class RaisedCode(NamedTuple):
    """An error code as it is written in the program."""

    where: str
    code: str
    values: frozenset[str] | None  # None: not to be seen here, they come as **values


@cache
def _fields(template: str) -> frozenset[tuple[str, str]]:
    """The values that a sentence takes, each with how it is written."""
    parts = string.Formatter().parse(template)
    return frozenset((name.split(".")[0].split("[")[0], spec or "") for _, name, spec, _ in parts if name is not None)


def _names(template: str) -> set[str]:
    return {name for name, _ in _fields(template)}


def _can_be_written(specification: str, language: str) -> bool:
    """Whether at least one kind of value can be written so."""
    formatter = SentenceFormatter(language, lambda group, value: str(value))
    for sample in SAMPLES:
        try:
            # A date writes every word that it does not know as that word.
            if formatter.format_field(sample, specification) != specification:
                return True
        except (errors.PartnershipError, AssertionError, AttributeError, TypeError, ValueError):
            continue
    return False


def _codes(repository: Path) -> Iterator[RaisedCode]:
    for file in sorted((repository / "partnership_lib").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _called(node) in ERROR_CLASSES:
                values = frozenset(keyword.arg or "**" for keyword in node.keywords)
                for code in _constants(node.args[0]):
                    where = f"{file.relative_to(repository)}:{node.lineno}"
                    yield RaisedCode(where, code, None if "**" in values else values)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _constants(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _constants(node.body) + _constants(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_both_languages_have_the_same_sentences() -> None:
    swedish, english = catalogue.keys("sv"), catalogue.keys("en")
    assert not swedish ^ english, {"only Swedish": sorted(swedish - english), "only English": sorted(english - swedish)}


def test_a_sentence_takes_the_same_values_in_both_languages() -> None:
    swedish, english = catalogue._catalogue("sv"), catalogue._catalogue("en")
    different = {
        key: {"sv": sorted(_names(swedish[key])), "en": sorted(_names(english[key]))}
        for key in sorted(swedish.keys() & english.keys())
        if _names(swedish[key]) != _names(english[key])
    }
    assert not different


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_value_is_written_in_a_known_way(language: str) -> None:
    groups = {key.split(".")[1] for key in catalogue.keys(language) if key.startswith("word.")}
    for key, template in catalogue._catalogue(language).items():
        for name, specification in _fields(template):
            writer, _, argument = specification.partition(":")
            assert _can_be_written(specification, language), f"{language}: {key}: {{{name}:{specification}}}"
            looked_up = writer in ("word", "words")
            assert not looked_up or argument in groups, f"{language}: {key}: there are no words for {argument!r}"
            assert writer != "plural" or argument.count("|") == 1, f"{language}: {key}: {{{name}:{specification}}}"


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_error_code_has_a_sentence(repository: Path, language: str) -> None:
    missing = [
        f"{where}: {code}" for where, code, _ in _codes(repository) if not catalogue.has(f"error.{code}", language)
    ]
    assert not missing, f"no sentence under [error] in partnership_lib/text/{language}/: " + "; ".join(missing)


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_an_error_carries_the_values_that_its_sentence_takes(repository: Path, language: str) -> None:
    sentences = catalogue._catalogue(language)
    lacking = {
        f"{where}: {code}": sorted(
            _names(sentences[f"error.{code}"]) - values - {"currency"} - ADDED_LATER.get(where.split(":")[0], set())
        )
        for where, code, values in _codes(repository)
        if values is not None and f"error.{code}" in sentences
    }
    assert not {where: names for where, names in lacking.items() if names}


def test_error_codes_are_found_in_the_program(repository: Path) -> None:
    assert "unknown_language" in {code for _, code, _ in _codes(repository)}


def test_an_unknown_way_of_writing_is_seen() -> None:
    assert _can_be_written("money", "sv")
    assert _can_be_written("plural:a|b", "sv")
    assert not _can_be_written("mony", "sv")

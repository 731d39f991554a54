"""The numbers that a sentence says, as numbers: only what its readers get to read, in the unit it is written in."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from partnership_lib import text
from partnership_lib.display.values import is_number

if TYPE_CHECKING:
    from partnership_lib.findings import Finding

_UNIT_OF_WRITING = {
    **dict.fromkeys(("money", "money_exact", "money_short"), "ore"),
    **dict.fromkeys(("share", "share1", "chance"), "share"),
    **dict.fromkeys(("count", "number", "Number"), "count"),
    "millions": "sek",
}
_UNIT_OF_NAME = ("ore", "sek", "share", "days", "months", "hours", "years", "points", "index")
_ELSEWHERE = ("number", "currency")


def named_numbers(finding: Finding, language: str) -> dict[str, dict[str, Any]]:
    """Return name -> ``value`` and ``unit`` of every number in a finding's sentence beside its headline number.

    What the finding knows but does not say is left out: it may be meant for other readers.

    Examples
    --------
    >>> from partnership_lib.findings import Finding
    >>> said = {"planned_ore": 900, "year": 2026, "secret_ore": 5}
    >>> named_numbers(Finding("follow_up.spend_no_plan", values=said), "sv")
    {'year': {'value': 2026, 'unit': ''}}
    """
    written = _written(f"finding.{finding.code}", language)
    return {
        name: {"value": finding.values[name], "unit": unit_of_name(name) or _UNIT_OF_WRITING.get(how, "")}
        for name, how in written.items()
        if name not in _ELSEWHERE and is_number(finding.values.get(name))
    }


def named_words(finding: Finding, language: str) -> list[str]:
    """Return the codes and names in a finding's sentence: what tells it from others of its kind."""
    written = _written(f"finding.{finding.code}", language)
    return [str(finding.values[name]) for name in written if isinstance(finding.values.get(name), str)]


def unit_of_name(name: str) -> str:
    """Return the unit that the end of a name says, such as ``ore`` for ``planned_ore``; empty where it says none."""
    last = name.rpartition("_")[2]
    return last if last in _UNIT_OF_NAME else ""


def _written(key: str, language: str) -> dict[str, str]:
    """Return what a sentence names and how it is written first, in the order of the sentence's names."""
    found: dict[str, str] = {}
    for _, name, how, _ in string.Formatter().parse(text.template(key, language)):
        if name is not None and name != "currency" and not (how or "").startswith("plural"):
            found.setdefault(name, (how or "").partition(":")[0])
    return dict(sorted(found.items()))

"""A case read from its text, strictly: everything that is wrong with it is told at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, TypeVar

from partnership_lib.decision.cases.assumptions import Assumption, AssumptionSet
from partnership_lib.decision.cases.checks import Pieces, problems_of_case
from partnership_lib.decision.cases.document import Document, Path, parse_document
from partnership_lib.decision.cases.entries import read_entry
from partnership_lib.decision.cases.flags import fallbacks_of, flags_of
from partnership_lib.decision.cases.overlay import overlay
from partnership_lib.decision.cases.parts import (
    read_effort,
    read_interfaces,
    read_need,
    read_present,
    read_proposed,
    read_settings,
)
from partnership_lib.decision.cases.records import Case, Effort
from partnership_lib.decision.cases.refusal import refuse
from partnership_lib.decision.cases.validation import check_against_schema

Base = Callable[[str, str], tuple[str, str]]
"""Takes what a scenario is based on and the file that says so; returns the text of the base and its name."""

_Part = TypeVar("_Part")
_LISTS = ("needs", "present_agreements", "proposed_agreements")


def read_case(
    text: str,
    where: str,
    catalogue: AssumptionSet,
    base: Base | None = None,
    bidder_counts: Mapping[str, tuple[float, ...]] | None = None,
) -> Case:
    """Return the case in a YAML text; a scenario with everything that it inherits.

    Parameters
    ----------
    where : str
        Name of the file as it is shown in errors; its stem becomes the id of the case.
    catalogue : AssumptionSet
        The defaults that hold where the case says nothing.
    base : callable, optional
        Opens what a scenario is based on; without it scenarios are refused.
    bidder_counts : Mapping, optional
        Category -> weights of 1, 2, ... bidders; ``""`` is the fallback.

    Raises
    ------
    InputError
        ``case_refused``; ``problems`` holds an error for everything that is wrong, in the order of the lines.
    """
    document = _whole_document(text, where, base, ())
    pieces = _pieces(document, catalogue)
    issues = [*document.issues, *(document.issue(*problem) for problem in problems_of_case(pieces))]
    refuse("case_refused", where, issues)
    return _case(document, pieces, catalogue, bidder_counts or {})


def _whole_document(text: str, where: str, base: Base | None, chain: tuple[str, ...]) -> Document:
    """Return the document with what it inherits, held against the schema."""
    own = parse_document(text, where)
    if own.data is None:
        refuse("case_refused", where, own.issues)
    scenario = isinstance(own.data, dict) and "based_on" in own.data
    own.issues += check_against_schema(own, "scenario" if scenario else "case")
    if not scenario:
        return own
    refuse("case_refused", where, own.issues)
    if base is None or where in (chain := (*chain, where))[:-1]:
        issue = own.issue(("based_on",), "case_based_on_itself", " → ".join(chain), "")
        refuse("case_refused", where, [issue])
        raise AssertionError(where)
    inherited = _whole_document(*base(own.data["based_on"], where), base, chain)
    refuse("case_refused", inherited.where, inherited.issues)
    whole = overlay(inherited, own)
    whole.issues += check_against_schema(whole, "case")
    return whole


def _pieces(document: Document, catalogue: AssumptionSet) -> Pieces:
    data = document.data if isinstance(document.data, dict) else {}
    settings = data.get("settings")
    usable = isinstance(settings, dict) and not _spoiled(document, ("settings",))
    links = {default.name: default.correlates_with for default in catalogue}
    return Pieces(
        settings=read_settings(settings) if usable and settings else None,
        needs=_read(document, ("needs",), read_need),
        present=_read(document, ("present_agreements",), read_present),
        proposed=_read(document, ("proposed_agreements",), read_proposed),
        interfaces={
            path: interface for path, (interface,) in _read(document, ("interfaces", "pairs"), _read_pair).items()
        },
        assumptions=_read(document, ("assumptions",), lambda entry: read_entry(entry, links.get(entry["name"], ()))),
        defaults=catalogue.assumptions,
        need_ids=frozenset(_ids(data, "needs")),
        agreement_ids=frozenset([*_ids(data, "present_agreements"), *_ids(data, "proposed_agreements")]),
        covered=_covered(data, "present_agreements"),
        bundled=_covered(data, "proposed_agreements"),
        complete=not any(_spoiled(document, (section,)) for section in _LISTS),
    )


def _read_pair(entry: Mapping[str, Any]) -> Any:
    return read_interfaces({"source": "", "pairs": [entry]})


def _spoiled(document: Document, path: Path) -> bool:
    return any(wrong[: len(path)] == path or path[: len(wrong)] == wrong for wrong in document.spoiled)


def _read(document: Document, path: Path, read: Callable[[Mapping[str, Any]], _Part]) -> dict[Path, _Part]:
    """Return the items of a list that the schema accepts, read, by where they stand."""
    return {
        (*path, position): read(entry)
        for position, entry in enumerate(_items(document.data, path))
        if not _spoiled(document, (*path, position))
    }


def _items(data: Any, path: Path) -> Iterable[Any]:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, list) else ()


def _ids(data: Mapping[str, Any], section: str) -> Iterator[str]:
    for entry in _items(data, (section,)):
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            yield entry["id"]


def _covered(data: Mapping[str, Any], section: str) -> dict[str, tuple[Path, ...]]:
    covered: dict[str, tuple[Path, ...]] = {}
    for position, agreement in enumerate(_items(data, (section,))):
        needs = list(_items(agreement, ("needs",)))
        for index, need in enumerate(needs):
            if isinstance(need, str) and needs.index(need) == index:
                covered[need] = (*covered.get(need, ()), (section, position, "needs", index))
    return covered


def _case(
    document: Document, pieces: Pieces, catalogue: AssumptionSet, bidder_counts: Mapping[str, tuple[float, ...]]
) -> Case:
    data = document.data
    own = {assumption.key: assumption for assumption in pieces.assumptions.values()}
    assert pieces.settings is not None
    case = Case(
        id=PurePath(document.where).stem,
        name=data["name"],
        settings=pieces.settings,
        needs=tuple(pieces.needs.values()),
        present=tuple(pieces.present.values()),
        proposed=tuple(pieces.proposed.values()),
        assumptions=merged(catalogue.assumptions, own),
        changed=tuple(sorted(own)),
        bidder_counts=dict(bidder_counts),
        interfaces=read_interfaces(data["interfaces"]) if "interfaces" in data else None,
        effort=read_effort(data["effort"]) if "effort" in data else Effort(),
        text=dict(data.get("text", {})),
    )
    return replace(case, fallbacks=fallbacks_of(case), flags=flags_of(case))


def merged(assumptions: Iterable[Assumption], own: Mapping[str, Assumption]) -> tuple[Assumption, ...]:
    """Return the assumptions with a case's own in place of those with the same key, ordered by key."""
    whole = {assumption.key: assumption for assumption in assumptions} | dict(own)
    return tuple(whole[key] for key in sorted(whole))

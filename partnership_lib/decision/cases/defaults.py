"""The default assumptions, read from the texts in ``data/assumptions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from partnership_lib.decision.cases.assumptions import Assumption, AssumptionSet
from partnership_lib.decision.cases.catalogue import RULES
from partnership_lib.decision.cases.document import CaseIssue, Document, parse_document
from partnership_lib.decision.cases.entries import problems_of, read_entry
from partnership_lib.decision.cases.refusal import refuse
from partnership_lib.decision.cases.validation import check_against_schema


def read_assumptions(texts: Mapping[str, str], base: AssumptionSet | None = None) -> AssumptionSet:
    """Return the default assumptions in these files, ordered by key.

    Parameters
    ----------
    texts : Mapping
        Name of the file -> its text.
    base : AssumptionSet, optional
        What holds where the files say nothing; without it every assumption must stand in them.

    Raises
    ------
    InputError
        ``assumptions_refused`` with everything that is wrong, each with its file and line.
    """
    issues: list[CaseIssue] = []
    found: dict[str, Assumption] = {}
    descriptions = dict(base.descriptions) if base else {}
    for where, text in sorted(texts.items()):
        document = parse_document(text, where)
        issues += document.issues
        if document.data is None:
            continue
        issues += check_against_schema(document, "assumption_file")
        for position, entry in _whole_entries(document):
            assumption = read_entry(entry)
            path = ("assumptions", position)
            issues += [document.issue((*path, *problem[0]), *problem[1:]) for problem in problems_of(assumption)]
            if assumption.name in found:
                issues.append(document.issue((*path, "name"), "assumption_repeated", assumption.name, ""))
            found[assumption.name] = assumption
            descriptions[assumption.name] = entry["description"]
    found = {assumption.name: assumption for assumption in base or ()} | found
    missing = [name for name in RULES if name not in found]
    if missing and not issues:
        issues.append(CaseIssue("assumption_missing", ", ".join(sorted(texts)), 1, "", ", ".join(missing), ""))
    refuse("assumptions_refused", ", ".join(sorted(texts)), issues)
    return AssumptionSet(tuple(found[name] for name in sorted(found)), descriptions)


def _whole_entries(document: Document) -> Iterable[tuple[int, dict[str, Any]]]:
    entries = document.data.get("assumptions") if isinstance(document.data, dict) else None
    for position, entry in enumerate(entries if isinstance(entries, list) else []):
        if not any(path[:2] == ("assumptions", position) for path in document.spoiled):
            yield position, entry

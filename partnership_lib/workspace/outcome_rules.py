"""The rules of evaluation in ``data/outcome.yaml``: read strictly, on top of the shared assumptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.errors import InputError
from partnership_lib.workspace.case_files import read_file

if TYPE_CHECKING:
    from partnership_lib.analysis.outcome.costs.price_index import CategoryIndex
    from partnership_lib.analysis.outcome.costs.rules import OutcomeAssumption, OutcomeRules
    from partnership_lib.decision.cases.document import Document

OUTCOME_FILE = "outcome.yaml"
_BASES = ("measured", "statute", "study", "assumed")
_TEXTS = ("source_sv", "grade", "confirmed_by")

Check = Callable[[Any], bool]


def outcome_rules(root: Path) -> OutcomeRules:
    """Return the rules of evaluation of a workspace; without a file no category has an index.

    Raises
    ------
    InputError
        ``outcome_rules_refused`` with everything that is wrong in the file, or what keeps it from being read.
    """
    file = root / "data" / OUTCOME_FILE
    text = read_file(file) if file.is_file() else ""
    return read_outcome_rules(text, f"data/{OUTCOME_FILE}", _shared_assumptions(root))


def read_outcome_rules(text: str, where: str, shared: Mapping[str, OutcomeAssumption]) -> OutcomeRules:
    """Return the rules in a text; what it does not name keeps its default.

    Parameters
    ----------
    shared : Mapping
        Name -> assumption, of all those that the rules take from the comparison.

    Raises
    ------
    InputError
        ``outcome_rules_refused``.
    """
    from partnership_lib.analysis.outcome.costs.rules import OWN_ASSUMPTIONS, OutcomeRules
    from partnership_lib.decision.cases.document import parse_document

    assumptions = {**shared, **{each.name: each for each in OWN_ASSUMPTIONS}}
    if not text.strip():
        return OutcomeRules(assumptions=assumptions)
    document = parse_document(text, where)
    problems = [InputError(i.code, file=i.file, line=i.line, found=i.found, key=i.key, allowed=i.allowed)
                for i in document.issues]  # fmt: skip
    problems = problems or list(_problems(document, tuple(assumptions)))
    if problems:
        raise InputError("outcome_rules_refused", file=where, count=len(problems), problems=tuple(problems))
    data = document.data
    own = {entry["name"]: _assumption(entry) for entry in data.get("assumptions", ())}
    defaults = OutcomeRules()
    return OutcomeRules(
        indices=tuple(_index(entry) for entry in data.get("indices", ())),
        general_series=tuple(data.get("general_series", ())),
        assumptions={**assumptions, **own},
        transition_quarters=int(data.get("transition_quarters", defaults.transition_quarters)),
        asked_saving_share=float(data.get("asked_saving_share", defaults.asked_saving_share)),
        most_donors=int(data.get("most_donors", defaults.most_donors)),
    )


def _shared_assumptions(root: Path) -> dict[str, OutcomeAssumption]:
    """Return the means of the assumptions that a comparison rests on too."""
    from partnership_lib.analysis.outcome.costs.rules import SHARED_ASSUMPTIONS, OutcomeAssumption
    from partnership_lib.decision.uncertainty.quantiles import mean
    from partnership_lib.workspace.case_files import default_assumptions

    known = {each.key: each for each in default_assumptions(root)}
    return {
        name: OutcomeAssumption(
            name=name,
            value=mean(known[name].distribution),
            unit=known[name].unit,
            basis=known[name].basis.value,
            source=known[name].source,
            source_sv=known[name].source_sv,
            grade=known[name].grade,
            confirmed_by=known[name].confirmed_by,
        )
        for name in SHARED_ASSUMPTIONS
    }


def _index(entry: Mapping[str, Any]) -> CategoryIndex:
    from partnership_lib.analysis.outcome.costs.price_index import CategoryIndex

    return CategoryIndex(
        categories=tuple(entry["categories"]), series=tuple(entry["series"]), source=str(entry["source"])
    )


def _assumption(entry: Mapping[str, Any]) -> OutcomeAssumption:
    from partnership_lib.analysis.outcome.costs.rules import OutcomeAssumption

    texts = {name: str(entry.get(name, "")) for name in _TEXTS}
    return OutcomeAssumption(
        name=entry["name"], value=float(entry["value"]), unit=entry["unit"], basis=entry["basis"],
        source=entry["source"], **texts,
    )  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_whole(value: Any) -> bool:
    return _is_number(value) and float(value).is_integer() and value <= 8


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 < value < 1


_TOP: dict[str, tuple[Check, str]] = {
    "indices": (lambda value: isinstance(value, list), "- categories: …"),
    "general_series": (_is_texts, "[KPI]"),
    "transition_quarters": (_is_whole, "0–8"),
    "asked_saving_share": (_is_share, "0.01–0.99"),
    "most_donors": (lambda value: _is_number(value) and float(value).is_integer() and 19 <= value <= 500, "19–500"),
    "assumptions": (lambda value: isinstance(value, list), "- name: …"),
}
_OF_INDEX: dict[str, tuple[Check, str]] = {
    "categories": (_is_texts, '["15", "48"], ["*"]'),
    "series": (_is_texts, "[AKI, LCI]"),
    "source": (_is_text, "–"),
}
_OF_ASSUMPTION: dict[str, tuple[Check, str]] = {
    "name": (_is_text, "–"),
    "value": (_is_number, "≥ 0"),
    "unit": (_is_text, "–"),
    "basis": (lambda value: value in _BASES, ", ".join(_BASES)),
    "source": (_is_text, "–"),
}


def _problems(document: Document, names: tuple[str, ...]) -> Iterator[InputError]:
    """Yield everything that is wrong with the document, each with its line."""
    data = document.data
    if not isinstance(data, dict):
        yield _problem(document, (), str(data)[:40], ", ".join(_TOP))
        return
    yield from _of_mapping(document, (), data, _TOP, needed=())
    for key, rules in (("indices", _OF_INDEX), ("assumptions", _OF_ASSUMPTION)):
        entries = data.get(key)
        for position, entry in enumerate(entries if isinstance(entries, list) else ()):
            path = (key, position)
            if not isinstance(entry, dict):
                yield _problem(document, path, str(entry)[:40], ", ".join(rules))
                continue
            allowed = rules | {name: (lambda value: isinstance(value, str), "–") for name in _TEXTS}
            yield from _of_mapping(document, path, entry, rules if key == "indices" else allowed, tuple(rules))
            if key == "assumptions" and _is_text(entry.get("name")) and entry["name"] not in names:
                yield _problem(document, (*path, "name"), entry["name"], ", ".join(names))


def _of_mapping(
    document: Document,
    path: tuple[str | int, ...],
    entry: Mapping[str, Any],
    rules: Mapping[str, tuple[Check, str]],
    needed: tuple[str, ...],
) -> Iterator[InputError]:
    for key, value in entry.items():
        if key not in rules:
            yield _problem(document, (*path, str(key)), str(key), ", ".join(rules))
        elif not rules[key][0](value):
            yield _problem(document, (*path, key), str(value)[:40], rules[key][1])
    for key in needed:
        if key not in entry:
            yield _problem(document, (*path, key), "–", ", ".join(needed))


def _problem(document: Document, path: tuple[str | int, ...], found: str, allowed: str) -> InputError:
    issue = document.issue(path, "outcome_rule_wrong", found, allowed)
    return InputError(issue.code, file=issue.file, line=issue.line, key=issue.key or "–", found=found, allowed=allowed)

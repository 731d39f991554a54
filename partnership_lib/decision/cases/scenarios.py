"""Changes of a case: applied in memory and written as a scenario file, by the same road, to identical figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.cases.catalogue import RULES
from partnership_lib.decision.cases.checks import Pieces, problems_of_case
from partnership_lib.decision.cases.document import CaseIssue, Document, Path
from partnership_lib.decision.cases.entries import read_entry
from partnership_lib.decision.cases.flags import fallbacks_of, flags_of
from partnership_lib.decision.cases.parts import read_changes
from partnership_lib.decision.cases.records import Case, ProposedAgreement, Settings, Terms
from partnership_lib.decision.cases.validation import check_against_schema, nearest
from partnership_lib.decision.cases.writing import to_yaml
from partnership_lib.errors import UsageError

Change = float | str | bool | date | Sequence[int]

CHOSEN = "Chosen in the what-if room."
"""Source of a number that somebody tried out: nobody has confirmed it."""

_SETTINGS, _PROPOSED = "settings.", "proposed."
_SETTING_NAMES = tuple(field.name for field in fields(Settings))
_TERM_NAMES = tuple(field.name for field in fields(Terms))


def apply_changes(case: Case, changes: Mapping[str, Change], day: date | None = None) -> Case:
    """Return the case with `changes`; everything else is as it was.

    Parameters
    ----------
    changes : Mapping
        The key of an assumption (``scope_saving_share``, ``market_trend_share_per_year@category:72``) -> its one value;
        ``settings.<name>`` or ``proposed.<id>.<term or start>`` -> a number, a choice, a date or a list of months.
    day : datetime.date, optional
        When the numbers were chosen; default: the date of the assumptions that they replace.

    Raises
    ------
    UsageError
        ``change_unknown`` or ``change_refused``: the same checks as for a file.

    Examples
    --------
    ``apply_changes(case, {"scope_saving_share": 0.08, "proposed.P-1.term_months": 96})``
    """
    entries = _entries(case, changes, day)
    document = Document("", {"based_on": case.id, "name": "-", **entries})
    _refuse(check_against_schema(document, "scenario"))
    own = {new.key: new for new in map(read_entry, entries["assumptions"])}
    whole = {assumption.key: assumption for assumption in case.assumptions} | own
    changed = replace(
        case,
        settings=replace(case.settings, **read_changes(entries["settings"])),
        proposed=_changed_agreements(case.proposed, entries["proposed_agreements"]),
        assumptions=tuple(whole[key] for key in sorted(whole)),
        changed=tuple(sorted({*case.changed, *own})),
    )
    _refuse([document.issue(*problem) for problem in problems_of_case(_pieces(changed, own))])
    return replace(changed, fallbacks=fallbacks_of(changed), flags=flags_of(changed))


def scenario_text(
    case: Case, name: str, changes: Mapping[str, Change], day: date | None = None, based_on: str | None = None
) -> str:
    """Return a scenario file that reads back to exactly what `apply_changes` gives.

    Parameters
    ----------
    based_on : str, optional
        The file that it changes; default: the case's own, in the same folder.

    Raises
    ------
    UsageError
        ``change_unknown`` or ``change_refused``.
    """
    apply_changes(case, changes, day)  # nothing is written that could not be read
    entries = {key: value for key, value in _entries(case, changes, day).items() if value}
    comments: dict[Path, str] = {
        (): f"A scenario: everything that does not stand here is as in {based_on or case.id + '.yaml'}.\n"
        "Replay it with: partnership compare THIS_FILE",
    }
    return to_yaml({"based_on": based_on or f"{case.id}.yaml", "name": name, **entries}, comments)


def _entries(case: Case, changes: Mapping[str, Change], day: date | None) -> dict[str, Any]:
    """Return the changes as they stand in a scenario file."""
    settings: dict[str, Any] = {}
    agreements: dict[str, dict[str, Any]] = {}
    assumptions: list[dict[str, Any]] = []
    for key, value in sorted(changes.items()):
        if isinstance(value, float) and not math.isfinite(value):
            raise UsageError("change_refused", key=key, found=str(value), allowed="0.05")
        if key.startswith(_SETTINGS):
            settings[_known(key, _SETTINGS, key.removeprefix(_SETTINGS), _SETTING_NAMES)] = _plain(value)
        elif key.startswith(_PROPOSED):
            agreement, _, name = key.removeprefix(_PROPOSED).rpartition(".")
            _known(key, _PROPOSED, agreement, [each.id for each in case.proposed])
            entry = agreements.setdefault(agreement, {"id": agreement})
            target = entry if name == "start" else entry.setdefault("terms", {})
            target[_known(key, f"{_PROPOSED}{agreement}.", name, [*_TERM_NAMES, "start"])] = _plain(value)
        else:
            assumptions.append(_assumption_entry(case, key, value, day))
    return {"settings": settings, "proposed_agreements": list(agreements.values()), "assumptions": assumptions}


def _known(key: str, prefix: str, name: str, allowed: Sequence[str]) -> str:
    if name not in allowed:
        raise UsageError("change_unknown", key=key, allowed=prefix + nearest(name, allowed))
    return name


def _assumption_entry(case: Case, key: str, value: Change, day: date | None) -> dict[str, Any]:
    name, _, scope = key.partition("@")
    if name not in RULES:
        raise UsageError("change_unknown", key=key, allowed=nearest(name, RULES))
    return {
        "name": name,
        **({"scope": scope} if scope else {}),
        "distribution": {"fixed": _plain(value)},
        "unit": RULES[name].unit,
        "basis": "assumed",
        "source": CHOSEN,
        "date": (day or case.assumption(name, scope).date).isoformat(),
    }


def _plain(value: Change) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | bool | int) else _number(value)


def _number(value: float | Sequence[int]) -> Any:
    # NumPy's numbers become Python's, so that they are written as they are.
    return [int(item) for item in value] if isinstance(value, Sequence) else float(value)


def _changed_agreements(
    proposed: tuple[ProposedAgreement, ...], entries: Sequence[Mapping[str, Any]]
) -> tuple[ProposedAgreement, ...]:
    own = {entry["id"]: entry for entry in entries}
    return tuple(_changed_agreement(each, own[each.id]) if each.id in own else each for each in proposed)


def _changed_agreement(agreement: ProposedAgreement, entry: Mapping[str, Any]) -> ProposedAgreement:
    terms = replace(agreement.terms, **read_changes(entry.get("terms", {})))
    rest = read_changes({key: value for key, value in entry.items() if key == "start"})
    return replace(agreement, terms=terms, **rest)


def _pieces(case: Case, own: Mapping[str, Assumption]) -> Pieces:
    """Return the parts of a changed case as the checks want them."""
    return Pieces(
        settings=case.settings,
        needs={("needs", position): need for position, need in enumerate(case.needs)},
        present={("present_agreements", position): each for position, each in enumerate(case.present)},
        proposed={("proposed_agreements", position): each for position, each in enumerate(case.proposed)},
        interfaces={},
        assumptions={("assumptions", position): each for position, each in enumerate(own.values())},
        defaults=case.assumptions,
        need_ids=frozenset(need.id for need in case.needs),
        agreement_ids=frozenset(agreement.id for agreement in case.agreements()),
        covered={need: (("present_agreements",),) for each in case.present for need in each.need_ids},
        bundled={},
        complete=True,
    )


def _refuse(issues: Sequence[CaseIssue]) -> None:
    if issues:
        issue = issues[0]
        raise UsageError("change_refused", key=issue.key, found=issue.found, allowed=issue.allowed or "–")

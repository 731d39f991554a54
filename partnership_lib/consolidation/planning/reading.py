"""Rules read from a YAML or JSON text, strictly: everything that is wrong is told at once, each with its key."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from partnership_lib.consolidation.planning.rules import Form, Rules
from partnership_lib.decision.cases.checks import LONGEST_FRAMEWORK_MONTHS
from partnership_lib.decision.cases.document import CaseIssue, parse_document
from partnership_lib.decision.cases.records import Governance, LegalForm, Requirements, Terms
from partnership_lib.decision.cases.validation import nearest, written
from partnership_lib.errors import InputError
from partnership_lib.units.dates import parse_date

Read = Callable[[Any], Any]


class _Refused(Exception):  # noqa: N818 - carried to the list of what is wrong
    """A value that cannot be taken; its text says what could."""


def read_rules(text: str, where: str) -> Rules:
    """Return the rules in a text; what it does not name keeps its default.

    Raises
    ------
    InputError
        ``rules_refused`` with everything that is wrong in it.
    """
    document = parse_document(text, where)
    issues = [_as_error(issue) for issue in document.issues]
    found: dict[str, Any] = {}
    if not issues:
        issues = list(_read_keys(document.data, _KEYS, "", found))
    if issues:
        raise InputError("rules_refused", file=where, count=len(issues), problems=tuple(issues))
    return replace(Rules(), **found)


def _as_error(issue: CaseIssue) -> InputError:
    return InputError(
        issue.code, file=issue.file, line=issue.line, key=issue.key, found=issue.found, allowed=issue.allowed
    )


def _read_keys(data: Any, keys: Mapping[str, Read], above: str, found: dict[str, Any]) -> Iterator[InputError]:
    """Read the keys of a mapping into `found`; yield what is wrong."""
    if not isinstance(data, dict):
        yield InputError("problem_wrong_value", key=above or "–", found=written(data), allowed=", ".join(keys))
        return
    for key, value in data.items():
        name = f"{above}.{key}" if above else str(key)
        if key not in keys:
            yield InputError("problem_unknown_key", key=name, found=str(key), allowed=nearest(str(key), list(keys)))
            continue
        try:
            found[key] = keys[key](value)
        except _Refused as refused:
            yield InputError("problem_wrong_value", key=name, found=written(value), allowed=str(refused))
        except InputError as error:
            yield InputError("problem_wrong_value", key=name, found=written(value), allowed=error.code)


def _number(least: float, most: float = math.inf) -> Read:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise _Refused(f"≥ {least:g}" if math.isinf(most) else f"{least:g}–{most:g}")
        return float(value)

    return read


def _whole(least: int, most: int = 10**9) -> Read:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _Refused(f"{least}, {least + 1}, …")
        return value

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Refused("true, false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Refused("text")
    return value


def _one_of(kind: Any) -> Read:
    def read(value: Any) -> Any:
        try:
            return kind(value)
        except ValueError as error:
            raise _Refused(", ".join(kind)) from error

    return read


def _starts(value: Any) -> tuple[date, ...]:
    if not isinstance(value, list) or not value:
        raise _Refused("[YYYY-MM-DD, …]")
    try:
        return tuple(sorted(parse_date(str(each)) for each in value))
    except InputError as error:
        raise _Refused("YYYY-MM-DD") from error


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise _Refused("[[id, id], …]")
    for group in value:
        if not isinstance(group, list) or len({str(each) for each in group}) < max(len(group), 2):
            raise _Refused("[[id, id], …]")
    return tuple(tuple(sorted(str(each) for each in group)) for group in value)


def _ids(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Refused("[id, id]")
    return tuple(sorted({str(each) for each in value}))


def _per_year(least: float) -> Read:
    def read(value: Any) -> dict[int, float]:
        if not isinstance(value, dict):
            raise _Refused("{2028: 12}")
        for year in value:
            if not str(year).isdigit() or not 2000 <= int(year) <= 2200:
                raise _Refused("2000–2200")
        return {int(year): _number(least)(amount) for year, amount in value.items()}

    return read


def _months(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise _Refused("[12, 12]")
    return tuple(_whole(1, 600)(each) for each in value)


def _forms(value: Any) -> tuple[Form, ...]:
    if not isinstance(value, list) or not value:
        raise _Refused("[{name, terms}, …]")
    forms = tuple(_form(each) for each in value)
    if len({form.name for form in forms}) < len(forms):
        raise _Refused("name")
    return forms


def _form(value: Any) -> Form:
    found: dict[str, Any] = {}
    problems = list(_read_keys(value, {"name": _text, "terms": lambda terms: terms}, "", found))
    if problems or len(found) < 2:
        raise _Refused("{name, terms}")
    terms: dict[str, Any] = {}
    for problem in _read_keys(found["terms"], _TERMS, "terms", terms):
        raise _Refused(f"{problem.values['key']}: {problem.values['allowed']}")
    if "term_months" not in terms:
        raise _Refused("terms.term_months")
    read = Terms(**terms)
    whole = read.term_months + sum(read.option_months)
    if read.form is LegalForm.FRAMEWORK and whole > LONGEST_FRAMEWORK_MONTHS and not read.framework_reason:
        # 7 kap. 2 § LOU: longer only for a special reason, which must be written.
        raise _Refused(f"term_months + option_months ≤ {LONGEST_FRAMEWORK_MONTHS}, framework_reason")
    return Form(found["name"], read)


_TERMS: dict[str, Read] = {
    "term_months": _whole(1, 600),
    "option_months": _months,
    "requirements": _one_of(Requirements),
    "form": _one_of(LegalForm),
    "governance": _one_of(Governance),
    "index_pass_through_share": _number(0.0, 1.0),
    "changes_described": _flag,
    "indicators_verifiable": _flag,
    "bridging_allowed": _flag,
    "framework_reason": _text,
    "meeting_hours_per_year": _number(0.0),
    "exit_plan_sek": _number(0.0),
}
_KEYS: dict[str, Read] = {
    "forms": _forms,
    "starts": _starts,
    "max_agreements": _whole(1),
    "largest_size": _whole(1, 30),
    "fewest_bidders": _number(0.0),
    "across_categories": _flag,
    "largest_share": _number(0.0, 1.0),
    "largest_share_of_category": _number(0.0, 1.0),
    "large_bundle_sek": _number(0.0),
    "large_bundles_share": _number(0.0, 1.0),
    "longest_bridge_months": _whole(0),
    "early_termination": _flag,
    "procedures_per_year": _per_year(0.0),
    "budget_sek_per_year": _per_year(0.0),
    "must_link": _groups,
    "cannot_link": _groups,
    "kept": _ids,
    "draws": _whole(1, 4_096),
    "stability_draws": _whole(0, 1_000),
    "seed": _whole(0),
}
assert set(_KEYS) == {each.name for each in fields(Rules)}

"""A problem read from JSON, strictly: everything that is wrong with it is told at once, each with where it stands."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from partnership_lib.consolidation.problems.problem import (
    CANNOT_LINK,
    LIMITS,
    MUST_LINK,
    Bundle,
    Problem,
)
from partnership_lib.consolidation.solving.pool import MAX_AGREEMENTS
from partnership_lib.errors import InputError

Issue = tuple[str, str, Any, str]
"""Code, key, found, allowed."""

_TOLD_AT_ONCE = 20
_CONSTRAINTS = (MAX_AGREEMENTS, MUST_LINK, CANNOT_LINK, LIMITS)
_SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "problem": (("needs", "bundles"), ("constraints",)),
    "need": (("id",), ("annual_value_sek", "name")),
    "bundle": (("needs", "cost_sek"), ("uses",)),
    "constraints": ((), _CONSTRAINTS),
}


def read_problem(text: str, where: str) -> Problem:
    """Return the problem in a JSON text.

    Raises
    ------
    InputError
        ``problem_unreadable``, or ``problem_refused`` with everything that is wrong in it.
    """
    data = _parsed(text, where)
    issues: list[Issue] = []
    for issue in _issues(data):
        issues.append(issue)
        if len(issues) > _TOLD_AT_ONCE:
            break
    if issues:
        problems = tuple(_error(*issue) for issue in issues[:_TOLD_AT_ONCE])
        more = "+" if len(issues) > _TOLD_AT_ONCE else ""
        raise InputError("problem_refused", file=where, count=f"{len(problems)}{more}", problems=problems)
    return _problem(data)


def _parsed(text: str, where: str) -> Any:
    def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise InputError("problem_unreadable", file=where, reason=f"key twice: {twice}")
        return found

    try:
        return json.loads(text, object_pairs_hook=no_key_twice)
    except (ValueError, RecursionError) as error:
        raise InputError("problem_unreadable", file=where, reason=str(error)) from error


def _error(code: str, key: str, found: Any, allowed: str) -> InputError:
    shown = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    values = {"key": key, "found": shown[:60], "allowed": allowed}
    return InputError(code, **values)


def _issues(data: Any) -> Iterator[Issue]:
    yield from (shape := list(_shape_issues(data, "problem", "")))
    if shape:
        return
    known: set[str] = set()
    yield from _need_issues(data["needs"], known)
    if not isinstance(data["bundles"], list) or not data["bundles"]:
        yield "problem_wrong_value", "bundles", data["bundles"], "[{…}, …]"
    else:
        for place, bundle in enumerate(data["bundles"]):
            yield from _bundle_issues(bundle, f"bundles[{place}]", known)
    yield from _constraint_issues(data.get("constraints") or {}, known)


def _shape_issues(value: Any, kind: str, key: str) -> Iterator[Issue]:
    required, optional = _SHAPES[kind]
    if not isinstance(value, dict):
        yield "problem_wrong_value", key or "–", value, f"{{{', '.join((*required, *optional))}}}"
        return
    for name in value:
        if name not in required and name not in optional:
            yield "problem_unknown_key", _inner(key, name), name, ", ".join((*required, *optional))
    for name in required:
        if name not in value:
            yield "problem_missing_key", _inner(key, name), name, ", ".join(required)


def _inner(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _need_issues(needs: Any, known: set[str]) -> Iterator[Issue]:
    if not isinstance(needs, list) or not needs:
        yield "problem_wrong_value", "needs", needs, "[{…}, …]"
        return
    for place, need in enumerate(needs):
        key = f"needs[{place}]"
        shape = list(_shape_issues(need, "need", key))
        yield from shape
        if shape:
            continue
        if not _is_id(need["id"]):
            yield "problem_wrong_value", f"{key}.id", need["id"], "text"
        elif str(need["id"]) in known:
            yield "problem_repeated_id", f"{key}.id", need["id"], ""
        else:
            known.add(str(need["id"]))
        if not _is_number(need.get("annual_value_sek", 0.0), least=0.0):
            yield "problem_wrong_value", f"{key}.annual_value_sek", need["annual_value_sek"], "≥ 0"


def _bundle_issues(bundle: Any, key: str, known: set[str]) -> Iterator[Issue]:
    shape = list(_shape_issues(bundle, "bundle", key))
    yield from shape
    if shape:
        return
    yield from _group_issues(bundle["needs"], f"{key}.needs", known, least=1)
    if not _is_number(bundle["cost_sek"]):
        yield "problem_wrong_value", f"{key}.cost_sek", bundle["cost_sek"], "SEK"
    yield from _amount_issues(bundle.get("uses") or {}, f"{key}.uses")


def _group_issues(group: Any, key: str, known: set[str], least: int) -> Iterator[Issue]:
    if not isinstance(group, list) or len(group) < least:
        yield "problem_wrong_value", key, group, f"[id, …], ≥ {least}"
        return
    names = [str(each) for each in group]
    for name in names:
        if name not in known:
            yield "problem_unknown_need", key, name, ", ".join(sorted(known)[:6])
    if len(set(names)) < len(names):
        yield "problem_repeated_id", key, next(name for name in names if names.count(name) > 1), ""


def _constraint_issues(constraints: Any, known: set[str]) -> Iterator[Issue]:
    shape = list(_shape_issues(constraints, "constraints", "constraints"))
    yield from shape
    if shape:
        return
    most = constraints.get(MAX_AGREEMENTS)
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        yield "problem_wrong_value", f"constraints.{MAX_AGREEMENTS}", most, "1, 2, 3 …"
    for name in (MUST_LINK, CANNOT_LINK):
        groups = constraints.get(name) or []
        if not isinstance(groups, list):
            yield "problem_wrong_value", f"constraints.{name}", groups, "[[id, id], …]"
            continue
        for place, group in enumerate(groups):
            yield from _group_issues(group, f"constraints.{name}[{place}]", known, least=2)
    yield from _amount_issues(constraints.get(LIMITS) or {}, f"constraints.{LIMITS}")


def _amount_issues(amounts: Any, key: str) -> Iterator[Issue]:
    if not isinstance(amounts, dict):
        yield "problem_wrong_value", key, amounts, '{"name": 1.5}'
        return
    for name, amount in amounts.items():
        if not _is_number(amount):
            yield "problem_wrong_value", f"{key}.{name}", amount, "1.5"


def _is_id(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (isinstance(value, str) and bool(value.strip()))


def _is_number(value: Any, least: float = -math.inf) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) < 1e15 and value >= least  # also when it is no number or larger than any float


def _problem(data: Mapping[str, Any]) -> Problem:
    constraints = data.get("constraints") or {}

    def groups(name: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(sorted(map(str, group))) for group in constraints.get(name) or ())

    return Problem(
        needs=tuple(str(need["id"]) for need in data["needs"]),
        bundles=tuple(
            Bundle(tuple(map(str, each["needs"])), float(each["cost_sek"]), _amounts(each.get("uses")))
            for each in data["bundles"]
        ),
        max_agreements=constraints.get(MAX_AGREEMENTS),
        must_link=groups(MUST_LINK),
        cannot_link=groups(CANNOT_LINK),
        limits=_amounts(constraints.get(LIMITS)),
    )


def _amounts(amounts: Mapping[str, float] | None) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((name, float(amount)) for name, amount in (amounts or {}).items()))

"""Rules read from a YAML or JSON text, strictly: everything that is wrong is told at once, each with its line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from importlib.resources import files
from typing import Any

from partnership_lib.consolidation.planning.rules import Form, Rules
from partnership_lib.decision.cases.checks import LONGEST_FRAMEWORK_MONTHS
from partnership_lib.decision.cases.document import Path, parse_document
from partnership_lib.decision.cases.records import Governance, LegalForm, Requirements, Terms
from partnership_lib.decision.cases.refusal import refuse
from partnership_lib.decision.cases.validation import nearest, written
from partnership_lib.errors import InputError
from partnership_lib.units.dates import parse_date

Read = Callable[[Any], Any]


class _Refused(Exception):  # noqa: N818 - carried to the list of what is wrong
    """A value that cannot be taken; its text says what could, `path` where below the value it stands."""

    def __init__(self, allowed: str, path: Path = (), *, unknown: bool = False) -> None:
        super().__init__(allowed)
        self.path = path
        self.unknown = unknown


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the rules (draft 2020-12), which editors that know YAML use."""
    text = files("partnership_lib.consolidation.planning").joinpath("rules.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def read_rules(text: str, where: str) -> Rules:
    """Return the rules in a text; what it does not name keeps its default.

    Raises
    ------
    InputError
        ``rules_refused`` with everything that is wrong in it.
    """
    document = parse_document(text, where)
    wrong = [issue for issue in document.issues if issue.code != "case_empty_file"]
    found: dict[str, Any] = {}
    if not wrong and document.data is not None:
        wrong = [document.issue(*each) for each in _read_keys(document.data, found)]
    refuse("rules_refused", where, wrong)
    return replace(Rules(), **found)


def _read_keys(data: Any, found: dict[str, Any]) -> Iterator[tuple[Path, str, str, str]]:
    """Read the keys of a file into `found`; yield what is wrong: path, code, found, allowed."""
    if not isinstance(data, dict):
        yield (), "rule_wrong_value", written(data), ", ".join(_KEYS)
        return
    for key, value in data.items():
        try:
            if key not in _KEYS:
                raise _unknown(key, _KEYS)
            found[key] = _below(key, _KEYS[key], value)
        except _Refused as refused:
            path = refused.path
            code = "rule_unknown_key" if refused.unknown else "rule_wrong_value"
            yield path, code, str(path[-1]) if refused.unknown else written(_at(data, path)), str(refused)


def _unknown(key: str, keys: Mapping[str, Read]) -> _Refused:
    return _Refused(nearest(str(key), list(keys)), (key,), unknown=True)


def _at(value: Any, path: Path) -> Any:
    """Return the value at a path, or the nearest one around it."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return value
    return value


def _below(step: str | int, read: Read, value: Any) -> Any:
    """Return what `read` makes of a value; where it refuses, the place is told from one step above."""
    try:
        return read(value)
    except _Refused as refused:
        raise _Refused(str(refused), (step, *refused.path), unknown=refused.unknown) from None


def _mapping(value: Any, keys: Mapping[str, Read], required: str) -> dict[str, Any]:
    """Return the keys of a mapping, read."""
    if not isinstance(value, dict) or required not in value:
        raise _Refused(f"{{{', '.join(keys)}}}" if not isinstance(value, dict) else required)
    found = {}
    for key, own in value.items():
        if key not in keys:
            raise _unknown(key, keys)
        found[key] = _below(key, keys[key], own)
    return found


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


def _each(value: Any, read: Read, form: str, least: int = 0) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) < least:
        raise _Refused(form)
    return tuple(_below(place, read, each) for place, each in enumerate(value))


def _day(value: Any) -> date:
    try:
        return parse_date(str(value))
    except InputError as error:
        raise _Refused("YYYY-MM-DD") from error


def _starts(value: Any) -> tuple[date, ...]:
    return tuple(sorted(_each(value, _day, "[YYYY-MM-DD, …]", least=1)))


def _group(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len({str(each) for each in value}) < max(len(value), 2):
        raise _Refused("[id, id]")
    return tuple(sorted(str(each) for each in value))


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    return _each(value, _group, "[[id, id], …]")


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(sorted(set(_each(value, str, "[id, id]"))))


def _per_year(value: Any) -> dict[int, float]:
    if not isinstance(value, dict):
        raise _Refused("{2028: 12}")
    for year in value:
        if not re.fullmatch("[0-9]{4}", str(year), re.ASCII) or not 2000 <= int(year) <= 2199:
            raise _Refused("2000–2199", (year,), unknown=True)
    return {int(year): _below(year, _number(0.0), amount) for year, amount in value.items()}


def _months(value: Any) -> tuple[int, ...]:
    return _each(value, _whole(1, 600), "[12, 12]")


def _forms(value: Any) -> tuple[Form, ...]:
    forms = _each(value, _form, "[{name, terms}, …]", least=1)
    names = [form.name for form in forms]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise _Refused("name ≠ " + ", ".join(names[:place]), (place, "name"))
    return forms


def _form(value: Any) -> Form:
    if not isinstance(value, dict) or not {"name", "terms"} <= set(value):
        raise _Refused("{name, terms}")
    return Form(**_mapping(value, {"name": _text, "terms": _terms}, "name"))


def _terms(value: Any) -> Terms:
    read = Terms(**_mapping(value, _TERMS, "term_months"))
    whole = read.term_months + sum(read.option_months)
    if read.form is LegalForm.FRAMEWORK and whole > LONGEST_FRAMEWORK_MONTHS and not read.framework_reason:
        # 7 kap. 2 § LOU: longer only for a special reason, which must be written.
        raise _Refused(f"term_months + option_months ≤ {LONGEST_FRAMEWORK_MONTHS}, framework_reason")
    return read


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
    "procedures_per_year": _per_year,
    "budget_sek_per_year": _per_year,
    "must_link": _groups,
    "cannot_link": _groups,
    "kept": _ids,
    "draws": _whole(1, 4_096),
    "stability_draws": _whole(0, 1_000),
    "seed": _whole(0),
}
assert set(_KEYS) == {each.name for each in fields(Rules)}

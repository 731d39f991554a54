"""What the JSON Schema says of a file, in our own words: which line, which key, found, allowed."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from partnership_lib.decision.cases.catalogue import RULES
from partnership_lib.decision.cases.document import CaseIssue, Document, Path
from partnership_lib.errors import InputError
from partnership_lib.units.dates import parse_date

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_NUMBER_AS_TEXT = re.compile(r"[-+]?\d[\d\s.,_]*%?")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of case files (draft 2020-12)."""
    text = files("partnership_lib.decision.cases").joinpath("case.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def _validator(part: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date", raises=InputError)(lambda value: not isinstance(value, str) or bool(parse_date(value)))
    whole = schema()
    return Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": whole["$defs"]}, format_checker=checker)


def check_against_schema(document: Document, part: str) -> list[CaseIssue]:
    """Return what is wrong with a document as a `part` of the schema (``case``, ``scenario``, ``assumption_file``).

    What is wrong is also noted in `document.spoiled`, so that later checks leave it alone.
    """
    issues: dict[tuple[Path, str], CaseIssue] = {}
    for error in _validator(part).iter_errors(document.data):
        for path, code, found, allowed in _problems(error):
            if path not in document.spoiled:
                issues.setdefault((path, code), document.issue(path, code, found, allowed))
    document.spoiled.update(path for path, _ in issues)
    return list(issues.values())


def nearest(word: str, allowed: Iterable[str], most: int = 6) -> str:
    """Return what may stand in place of `word`: the nearest of `allowed`, else the first ones.

    Examples
    --------
    >>> nearest("term_month", ["term_months", "option_months", "lots"])
    'term_months, option_months'
    >>> nearest("x", ["needs", "name"])
    'needs, name'
    """
    words = list(allowed)
    close = difflib.get_close_matches(word, words, n=3, cutoff=0.6)
    return ", ".join(close or words[:most]) or "–"


def _problems(error: ValidationError) -> Iterator[tuple[Path, str, str, str]]:
    """Yield path, code, found and allowed of everything that a schema error tells."""
    path, value, rule = tuple(error.absolute_path), error.instance, error.validator
    if rule == "additionalProperties":
        known = error.schema["properties"]
        for key in value:
            if key not in known:
                yield (*path, key), "case_unknown_key", key, nearest(key, [name for name in known if name not in value])
    elif rule in ("required", "dependentRequired"):
        wanted = error.validator_value if rule == "required" else chain.from_iterable(error.validator_value.values())
        for key in wanted:
            if key not in value:
                code = {"unit": "case_missing_unit", "source": "case_missing_source"}.get(key, "case_missing_key")
                yield (*path, key), code, key, _unit_of(value) if key == "unit" else ""
    elif rule == "type" and not path:
        yield path, "case_not_keys", written(value), ""
    else:
        yield path, *_problem_of_value(str(rule), value, error)


def _unit_of(entry: Any) -> str:
    rule = RULES.get(entry.get("name", ""))
    return rule.unit if rule else "–"


def _problem_of_value(rule: str, value: Any, error: ValidationError) -> tuple[str, str, str]:
    found, wanted = written(value), error.validator_value
    if rule == "type":
        return _wrong_type(value, [wanted] if isinstance(wanted, str) else wanted, error.schema)
    if rule == "enum":
        words = [written(each) for each in wanted]
        near = nearest(value, words, len(words)) if isinstance(value, str) else ", ".join(words)
        return "case_not_in_list", found, near
    if rule == "format":
        return "case_bad_date", found, "YYYY-MM-DD"
    if rule == "pattern" and "examples" not in error.schema:
        return "case_empty_text", found, ""
    if rule == "pattern":
        return "case_bad_form", found, ", ".join(error.schema["examples"])
    if rule in ("minProperties", "maxProperties"):
        return "case_not_one", found, ", ".join(error.schema["properties"])
    if rule == "uniqueItems":
        return "case_repeated_item", found, ""
    return "case_out_of_range", found, _limits(rule, error.schema)


def _wrong_type(value: Any, wanted: list[str], definition: dict[str, Any]) -> tuple[str, str, str]:
    if definition.get("format") == "date":
        return "case_bad_date", written(value), "YYYY-MM-DD"
    if isinstance(value, str) and wanted[0] in ("number", "integer") and _NUMBER_AS_TEXT.fullmatch(value.strip()):
        return "case_number_as_text", value, _as_number(value)
    if wanted[0] == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return "case_text_as_number", written(value), f'"{written(value)}"'
    return "case_wrong_type", written(value), wanted[0]


def _as_number(text: str) -> str:
    """Return how a number that somebody wrote for people is written in a file: ``3,5 %`` as 0.035."""
    *thousands, last = re.split(r"[.,]", re.sub(r"[\s_%]", "", text))
    point = "" if len(thousands) > 1 and len(set(re.findall(r"[.,]", text))) == 1 else "."
    number = Decimal("".join(thousands) + point + last if thousands else last)
    return f"{number / 100 if '%' in text else number:f}"


def _limits(rule: str, definition: dict[str, Any]) -> str:
    if rule in ("minItems", "maxItems"):
        least, most = definition.get("minItems"), definition.get("maxItems")
        return str(least) if least == most else f"≥ {least}"
    return interval(definition.get("minimum"), definition.get("maximum"))


def interval(least: float | None, most: float | None) -> str:
    """Return a range as it is shown in an error.

    Examples
    --------
    >>> interval(0, 1), interval(0, None), interval(64, 4_194_304)
    ('0–1', '≥ 0', '64–4194304')
    """
    if least is not None and most is not None:
        return f"{least:.15g}–{most:.15g}"
    return f"≥ {least:.15g}" if least is not None else f"≤ {most:.15g}"


def written(value: Any) -> str:
    """Return a value as it stands in the file, short.

    Examples
    --------
    >>> written(True), written(None), written([1, 2]), written("x" * 80)
    ('true', 'null', '[1, 2]', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:56] + "…"

"""Case files written: plain YAML that reads back to exactly the same values, with comments where they help."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from partnership_lib.decision.cases.document import Path

_PLAIN = re.compile(r"[A-Za-zÅÄÖåäö][A-Za-zÅÄÖåäö0-9_-]*|\d{4}-\d{2}(-\d{2})?")
_RESERVED = {"true", "false", "null", "n", "y", "no", "yes", "on", "off"}
_WIDEST_ROW = 100


def to_yaml(data: Mapping[str, Any], comments: Mapping[Path, str] | None = None) -> str:
    """Return `data` as YAML 1.2.

    Parameters
    ----------
    data : Mapping
        Dicts, lists, strings, finite numbers, booleans and None.
    comments : Mapping, optional
        Path -> what to say in the lines above it; ``()`` is the head of the file.

    Examples
    --------
    >>> case = {"name": "School", "terms": {"lots": 1, "share": 0.1}, "needs": ["N-1", "3"]}
    >>> print(to_yaml(case, {("name",): "What people call it."}))
    # What people call it.
    name: School
    terms: {lots: 1, share: 0.1}
    needs: [N-1, "3"]
    <BLANKLINE>
    """
    notes = comments or {}
    head = [f"# {line}".rstrip() for line in notes.get((), "").splitlines()]
    return "\n".join([*head, *_mapping(data, (), "", notes)]) + "\n"


def _mapping(data: Mapping[str, Any], path: Path, indent: str, comments: Mapping[Path, str]) -> Iterator[str]:
    for key, value in data.items():
        inner = (*path, key)
        yield from (f"{indent}# {line}" for line in comments.get(inner, "").splitlines())
        yield from _entry(f"{indent}{_scalar(key)}:", value, inner, indent, comments)


def _entry(head: str, value: Any, path: Path, indent: str, comments: Mapping[Path, str]) -> Iterator[str]:
    row = f"{head} {_flow(value)}"
    commented = any(place[: len(path)] == path and place != path for place in comments)
    if not commented and (_is_leaf(value) or (_is_flat(value) and len(row) <= _WIDEST_ROW)):
        yield row
    elif isinstance(value, Mapping):
        yield head
        yield from _mapping(value, path, indent + "  ", comments)
    else:
        yield head
        for position, item in enumerate(value):
            yield from _item(item, (*path, position), indent + "  ", comments)


def _item(item: Any, path: Path, indent: str, comments: Mapping[Path, str]) -> Iterator[str]:
    yield from (f"{indent}# {line}" for line in comments.get(path, "").splitlines())
    row = f"{indent}- {_flow(item)}"
    commented = any(place[: len(path)] == path and place != path for place in comments)
    if not isinstance(item, Mapping) or (not commented and _is_flat(item) and len(row) <= _WIDEST_ROW):
        yield row
        return
    first = True
    for line in _mapping(item, path, indent + "  ", comments):
        if first and not line.lstrip().startswith("#"):
            yield f"{indent}- {line[len(indent) + 2 :]}"
            first = False
        else:
            yield line


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, Mapping | list | tuple) or not value


def _is_flat(value: Any) -> bool:
    """Return whether a value may stand on one row: a list of scalars, or a table of scalars and such lists."""
    if isinstance(value, Mapping):
        return all(_is_leaf(inner) or _is_flat_list(inner) for inner in value.values())
    return _is_leaf(value) or _is_flat_list(value)


def _is_flat_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_is_leaf(item) for item in value)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED else _quoted(value)
    if isinstance(value, float):
        return repr(value)  # the shortest text that reads back to the same number
    return json.dumps(value)


def _quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08X}" for letter in written)

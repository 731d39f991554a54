"""A YAML file as plain values with the line of each: strict, safe, and everything wrong with it at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
"""Where a value stands: keys and positions from the top."""

_TAG = "tag:yaml.org,2002:"
_LARGEST = 1e300
_DECIMAL = re.compile(r"[-+]?\d[\d_]*")


@dataclass(frozen=True)
class CaseIssue:
    """One thing that is wrong with a file: which file and line, which key, what was found and what is allowed."""

    code: str
    file: str
    line: int
    key: str
    found: str
    allowed: str


@dataclass(frozen=True)
class Place:
    """A line in a file; a scenario's values stand in several files."""

    file: str
    line: int


@dataclass
class Document:
    """The values of a YAML file, and where each of them stands.

    Attributes
    ----------
    data : Any
        Dicts, lists, strings, numbers, booleans and None; dates are left as they were written.
    places : dict
        Path -> place of the key (of the value in lists).
    issues : list of CaseIssue
        What is wrong with the file as YAML; `spoiled` are the paths whose values cannot be used.
    """

    where: str
    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    issues: list[CaseIssue] = field(default_factory=list)
    spoiled: set[Path] = field(default_factory=set)

    def place(self, path: Path) -> Place:
        """Return where `path` stands, or the nearest thing around it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.where, 1))

    def issue(self, path: Path, code: str, found: str, allowed: str) -> CaseIssue:
        """Return an issue at `path`."""
        place = self.place(path)
        return CaseIssue(code, place.file, place.line, self.name(path), found, allowed)

    def name(self, path: Path) -> str:
        """Return a path as people write it: items of lists by their id or name where they have one."""
        written, value = "", self.data
        for step in path:
            value = _step(value, step)
            if isinstance(step, int):
                written += f"[{_label(value) or step + 1}]"
            else:
                written += f".{step}" if written else step
        return written


def _step(value: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None


def _label(item: Any) -> str:
    label = (item.get("id") or item.get("name")) if isinstance(item, Mapping) else None
    return label if isinstance(label, str) else ""


def parse_document(text: str, where: str) -> Document:
    """Return the values of a YAML 1.2 text with their lines; what is wrong with it stands in its `issues`.

    Anchors, aliases, merge keys and tags are refused: every value of a case is written where it holds.
    """
    document = Document(where)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, RecursionError, ValueError) as error:
        document.issues.append(CaseIssue("case_unreadable", where, _line_of(error), "", _reason(error), "YAML 1.2"))
        return document
    if node is None:
        document.issues.append(CaseIssue("case_empty_file", where, 1, "", "", ""))
        return document
    reader = _Reader(document)
    document.data = reader.value(node, ())
    # Only now can the issues be named after the ids of the items that they stand in.
    document.issues += [
        CaseIssue(code, where, line, document.name(path) or found, found, allowed)
        for path, code, line, found, allowed in reader.wrong
    ]
    document.spoiled.update(path for path, *_ in reader.wrong)
    return document


def _line_of(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark is not None else 1


def _reason(error: Exception) -> str:
    if isinstance(error, MarkedYAMLError):
        return str(error.problem or error.context or "")
    return "too many levels" if isinstance(error, RecursionError) else str(error).strip().splitlines()[0]


class _Reader:
    """Turns the nodes of a file into values, notes their lines, and what is wrong."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.wrong: list[tuple[Path, str, int, str, str]] = []

    def _wrong(self, path: Path, code: str, node: Node, found: str, allowed: str = "") -> None:
        self.wrong.append((path, code, node.start_mark.line + 1, found[:60], allowed))

    def value(self, node: Node, path: Path) -> Any:
        self._document.places.setdefault(path, Place(self._document.where, node.start_mark.line + 1))
        if node.anchor is not None:
            self._wrong(path, "case_anchor", node, f"&{node.anchor}")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else "?"
            inner = (*path, key)
            if not isinstance(key_node, ScalarNode) or key == "<<" or key_node.anchor is not None:
                self._wrong(inner, "case_anchor", key_node, key)
            elif key in values:
                first = str(self._document.places[inner].line)
                self._wrong(inner, "case_repeated_key", key_node, key, first)
            else:
                self._document.places[inner] = Place(self._document.where, key_node.start_mark.line + 1)
                values[key] = self.value(value_node, inner)
        return values

    def _scalar(self, node: Node, path: Path) -> Any:
        kind = str(node.tag).removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return node.value.lower() == "true"
        if kind in ("str", "timestamp"):
            return node.value
        if kind in ("int", "float"):
            return self._number(node, path, kind)
        self._wrong(path, "case_anchor", node, kind)
        return None

    def _number(self, node: Node, path: Path, kind: str) -> int | float | None:
        plain = node.value.replace("_", "")
        try:
            number = int(plain, 10 if _DECIMAL.fullmatch(node.value) else 0) if kind == "int" else float(plain)
        except ValueError:
            number = math.nan  # .nan, .inf, and whatever else YAML takes for a number
        if not abs(number) < _LARGEST:
            self._wrong(path, "case_not_finite", node, node.value)
            return None
        return number

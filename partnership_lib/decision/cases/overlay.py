"""A scenario laid over the case that it is based on: what it states replaces, all else is inherited."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from partnership_lib.decision.cases.document import Document, Path

_MERGED = ("text", "settings", "effort", "terms")


def overlay(base: Document, own: Document) -> Document:
    """Return the values of `base` with those of `own` over them, each with the place where it is written."""
    whole = Document(own.where, copy.deepcopy(base.data), dict(base.places))
    for key, value in own.data.items():
        if key == "assumptions":
            _merge_list(whole, own, key, lambda entry: (entry["name"], entry.get("scope", "")), replace=True)
        elif key == "proposed_agreements":
            _merge_list(whole, own, key, lambda entry: entry["id"], replace=False)
        elif key != "based_on":
            _put(whole, (key,), value, own, (key,))
    return whole


def _merge_list(whole: Document, own: Document, key: str, identity: Callable[[Any], Any], *, replace: bool) -> None:
    entries = whole.data.setdefault(key, [])
    known = {identity(entry): position for position, entry in enumerate(entries)}
    for position, entry in enumerate(own.data[key]):
        at = known.setdefault(identity(entry), len(entries))
        if at == len(entries):
            entries.append({})
        if replace:
            entries[at] = {}
        for name, value in entry.items():
            _put(whole, (key, at, name), value, own, (key, position, name))
        whole.places[key, at] = own.place((key, position))


def _put(whole: Document, path: Path, value: Any, own: Document, own_path: Path) -> None:
    """Set the value at `path`; tables of settings and terms are merged key by key."""
    *above, key = path
    target = whole.data
    for step in above:
        target = target[step]
    if key in _MERGED and isinstance(target.get(key), dict):
        for name, inner in value.items():
            _put(whole, (*path, name), inner, own, (*own_path, name))
        return
    target[key] = copy.deepcopy(value)
    for below, place in own.places.items():
        if below[: len(own_path)] == own_path:
            whole.places[(*path, *below[len(own_path) :])] = place

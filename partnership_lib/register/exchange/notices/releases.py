"""OCDS releases of one process become one: later ones replace, lists of things with ids are merged by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from partnership_lib.errors import InputError

# The rules of the standard; its own library for this (ocdsmerge) fetches a schema over the network when it starts.

_WHOLE_LISTS = ("tag", "additionalIdentifiers", "additionalClassifications", "changes")
"""Lists that a later release replaces as they are, though their members have ids."""


def compiled_releases(documents: Iterable[Any], file: str) -> list[dict]:
    """Return one release for each contracting process in release or record packages, releases and records.

    Raises
    ------
    InputError
        ``ocds_no_releases``.
    """
    compiled: dict[str, dict] = {}
    releases: defaultdict[str, list[dict]] = defaultdict(list)
    for piece in _pieces(documents, file):
        ocid = str(piece.get("ocid") or "")
        if "compiledRelease" in piece and isinstance(piece["compiledRelease"], dict):
            compiled[ocid] = max(compiled.get(ocid, {}), piece["compiledRelease"], key=_date)
        else:
            # A record without a compiled release holds its releases, or only links to them.
            inner = piece.get("releases") if isinstance(piece.get("releases"), list) else [piece]
            releases[ocid] += [each for each in inner or [] if isinstance(each, dict) and "url" not in each]
    merged = {ocid: merged_release(each) for ocid, each in releases.items() if each and ocid not in compiled}
    found = compiled | merged
    if not found:
        raise InputError("ocds_no_releases", file=file)
    return [{**found[ocid], "ocid": ocid} for ocid in sorted(found)]


def _pieces(documents: Iterable[Any], file: str) -> Iterable[dict]:
    for document in documents:
        whole = document if isinstance(document, list) else [document]
        for each in whole:
            if not isinstance(each, dict):
                raise InputError("ocds_no_releases", file=file)
            inside = each.get("records") or ([] if "ocid" in each else each.get("releases"))
            if inside is not None and not isinstance(inside, list):
                raise InputError("ocds_no_releases", file=file)
            yield from (piece for piece in (inside or [each]) if isinstance(piece, dict) and piece.get("ocid"))


def merged_release(releases: Iterable[dict]) -> dict:
    """Return what is true after all releases, in the order of their dates.

    Examples
    --------
    >>> merged_release([{"date": "2", "tender": {"title": "B"}}, {"date": "1", "tender": {"title": "A", "id": 1}}])
    {'date': '2', 'tender': {'title': 'B', 'id': 1}}
    """
    merged: dict[str, Any] = {}
    for release in sorted(releases, key=_date):
        merged = _objects_merged(merged, release)
    return merged


def _date(release: dict) -> str:
    return str(release.get("date") or "")


def _objects_merged(old: dict, new: dict) -> dict:
    merged = dict(old)
    for name, value in new.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value if name in _WHOLE_LISTS else _merged(merged.get(name), value)
            if merged[name] in ({}, []) and name not in _WHOLE_LISTS:
                del merged[name]
    return merged


def _merged(old: Any, new: Any) -> Any:
    if isinstance(new, dict):
        return _objects_merged(old if isinstance(old, dict) else {}, new)
    if isinstance(new, list) and _all_with_id(new) and (old is None or (isinstance(old, list) and _all_with_id(old))):
        return _lists_merged(old or [], new)
    return new


def _all_with_id(values: list[Any]) -> bool:
    return all(isinstance(each, dict) and each.get("id") is not None for each in values)


def _lists_merged(old: list[dict], new: list[dict]) -> list[dict]:
    by_id = {str(each["id"]): each for each in old}
    for each in new:
        by_id[str(each["id"])] = _objects_merged(by_id.get(str(each["id"]), {}), each)
    return list(by_id.values())

"""What has changed from one report to another: number by number, and why, as far as their manifests tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from partnership_lib.reports.numbers import Number

_SAME_SHARE = 1e-9
"""A relative difference below this is another library's rounding, not another number."""

_OF_THE_BODY = (
    *("key", "version", "period", "as_of", "inputs", "template", "code", "assumptions", "parameters"),
    *("python", "libraries"),
)
_PLACE_AND_TIME = ("workspace", "as_of", "period", "meeting")


@dataclass(frozen=True)
class Moved:
    """A number that is there in both reports with different values."""

    before: Number
    now: Number

    @property
    def change(self) -> float:
        """Return by how much it changed, in its unit."""
        return self.now.value - self.before.value

    @property
    def relative(self) -> float:
        """Return the change as a share of the larger of the two; 1 where one of them is zero."""
        return abs(self.change) / max(abs(self.before.value), abs(self.now.value))


@dataclass(frozen=True)
class Differences:
    """From one report to another.

    Attributes
    ----------
    before, now : Mapping
        `identity` of the two reports.
    causes : tuple of str
        What is not the same in what they were made from; see `causes_of`.
    moved : tuple of Moved
        What matters first: what judged sentences are about, what other sentences are about, their other numbers, rows
        of tables; in each the largest relative change first.
    came, gone : tuple of Number
        What only one of them shows.
    same : int
        How many numbers are alike.
    """

    before: Mapping[str, Any]
    now: Mapping[str, Any]
    causes: tuple[str, ...]
    moved: tuple[Moved, ...]
    came: tuple[Number, ...]
    gone: tuple[Number, ...]
    same: int

    @property
    def any(self) -> bool:
        """Return whether any number is another one."""
        return bool(self.moved or self.came or self.gone)


def identity(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a manifest's body that says which report it is and what it was made from."""
    return {name: body.get(name) for name in _OF_THE_BODY}


def compare(
    before: Mapping[str, Any], before_numbers: Sequence[Number], now: Mapping[str, Any], now_numbers: Sequence[Number]
) -> Differences:
    """Return what has changed from one report to another.

    Parameters
    ----------
    before, now : Mapping
        Bodies of the manifests, or their `identity`.
    """
    pairs = _paired(before_numbers, now_numbers)
    moved = [Moved(old, new) for old, new in pairs if not _alike(old.value, new.value)]
    old_keys, new_keys = {old.key for old, _ in pairs}, {new.key for _, new in pairs}
    return Differences(
        identity(before),
        identity(now),
        causes_of(before, now),
        tuple(sorted(moved, key=lambda each: (_weight(each.now), -each.relative, each.now.key))),
        tuple(number for number in now_numbers if number.key not in new_keys),
        tuple(number for number in before_numbers if number.key not in old_keys),
        len(pairs) - len(moved),
    )


def _weight(number: Number) -> int:
    if number.is_headline:
        return 0 if number.signal != "none" else 1
    return 3 if number.row else 2


def _alike(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= _SAME_SHARE * max(abs(one), abs(other))


def _paired(before: Sequence[Number], now: Sequence[Number]) -> list[tuple[Number, Number]]:
    """Return each number with its earlier self: by its key, otherwise by a sentence that is a variant of the other."""
    by_key = {number.key: number for number in before}
    pairs = [(by_key[number.key], number) for number in now if number.key in by_key]
    known = {number.key for _, number in pairs}
    left_before = _by_place(number for number in before if number.key not in known)
    left_now = _by_place(number for number in now if number.key not in known)
    for place, numbers in left_now.items():
        pairs += _variants(left_before.get(place, []), numbers)
    return pairs


_Place = tuple[str, str, str, str]


def _by_place(numbers: Iterable[Number]) -> dict[_Place, list[Number]]:
    found = defaultdict(list)
    for number in numbers:
        found[number.section, number.row, number.name, number.unit].append(number)
    return found


def _variants(before: Sequence[Number], now: Sequence[Number]) -> list[tuple[Number, Number]]:
    """Return the pairs whose sentences begin alike, such as above and below the plan, where no other pair does."""
    pairs = [(old, new) for old in before for new in now if _begin_alike(old.code, new.code)]
    old_times = Counter(old.key for old, _ in pairs)
    new_times = Counter(new.key for _, new in pairs)
    return [(old, new) for old, new in pairs if old_times[old.key] == new_times[new.key] == 1]


def _begin_alike(one: str, other: str) -> bool:
    """Return whether two names of sentences share their first two words, or one is the beginning of the other.

    Examples
    --------
    >>> _begin_alike("spend_forecast_above", "spend_forecast_below"), _begin_alike("meetings", "meetings_lost")
    (True, True)
    >>> _begin_alike("activities_moved", "activities_coming")
    False
    """
    words, others = one.split("_"), other.split("_")
    needed = min(2, len(words), len(others))
    return words[:needed] == others[:needed]


def causes_of(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what differs in what two reports were made from, as their manifests say.

    ``period``; ``day`` (the as-of date of the same period); the name of each source of data whose hash is another, such
    as ``register`` and ``ledger``; ``assumptions`` when their values are others; ``choices`` when its parameters are;
    ``definition`` when the program or its notebook is another, so that a number may be computed in another way;
    ``libraries`` when the libraries that it computes with have other versions.
    """
    found = []
    if before.get("period") != now.get("period"):
        found.append("period")
    elif before["as_of"] != now["as_of"]:
        found.append("day")
    hashes = [{name: facts["sha256"] for name, facts in body["inputs"].items()} for body in (before, now)]
    found += [name for name in {**hashes[0], **hashes[1]} if hashes[0].get(name) != hashes[1].get(name)]
    if before["assumptions"] != now["assumptions"]:
        found.append("assumptions")
    if _choices(before) != _choices(now):
        found.append("choices")
    if any(before[part]["sha256"] != now[part]["sha256"] for part in ("template", "code")):
        found.append("definition")
    if any(before[part] != now[part] for part in ("python", "libraries")):
        found.append("libraries")
    return tuple(found)


def _choices(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body["parameters"].items() if name not in _PLACE_AND_TIME}

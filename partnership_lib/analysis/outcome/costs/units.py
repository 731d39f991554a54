"""Cost units: agreements that followed each other, or that share their lines, seen as one series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from partnership_lib.domain import Agreement, Need, RegisterContent

if TYPE_CHECKING:
    import pandas as pd


_NAMED = 3
"""Agreements at one time that give a unit its name, at the most."""


@dataclass(frozen=True)
class CostUnit:
    """Agreements whose costs are one series: the same needs before and after, whoever delivered them.

    Attributes
    ----------
    id : str
        The youngest agreement in it.
    agreements : tuple of Agreement
        Oldest first.
    needs : tuple of Need
        Everything that they cover, by id.
    """

    id: str
    name: str
    agreements: tuple[Agreement, ...]
    needs: tuple[Need, ...]

    @property
    def has_partnership(self) -> bool:
        """Return whether any of its agreements is a partnership."""
        return any(agreement.is_partnership for agreement in self.agreements)

    @property
    def supplier_ids(self) -> frozenset[str]:
        """Return the suppliers of its agreements."""
        return frozenset(agreement.supplier_id for agreement in self.agreements)


def cost_units(content: RegisterContent, segments: pd.DataFrame) -> tuple[CostUnit, ...]:
    """Return every agreement of the register in one unit, ordered by id.

    Parameters
    ----------
    segments : pandas.DataFrame
        From `agreement_segments`.

    Notes
    -----
    Agreements belong together when one replaced the other, or when they cover the same need. Agreements that are in
    force with one supplier at the same time share ledger lines that nobody can divide; they belong together too, unless
    a partnership is among them: what a partnership costs is never mixed with what it does not cover.
    """
    groups = _Groups(agreement.id for agreement in content.agreements)
    groups.join_all((link.agreement_id, link.predecessor_id) for link in content.predecessors)
    covering: dict[str, list[str]] = defaultdict(list)
    for part in content.agreement_parts:
        covering[part.need_id].append(part.agreement_id)
    groups.join_all(pair for ids in covering.values() for pair in pairwise(ids))
    mixed = {groups.root(agreement.id) for agreement in content.agreements if agreement.is_partnership}
    for ids in segments["agreement_ids"]:
        plain = [each for each in ids if groups.root(each) not in mixed]
        groups.join_all(pairwise(plain))
    needs_of: dict[str, set[str]] = defaultdict(set)
    for part in content.agreement_parts:
        needs_of[part.agreement_id].add(part.need_id)
    return tuple(_unit(content, ids, needs_of) for ids in groups.members())


def unit_of_agreement(units: Iterable[CostUnit]) -> Mapping[str, CostUnit]:
    """Return agreement id -> the unit that it is in."""
    return {agreement.id: unit for unit in units for agreement in unit.agreements}


def _unit(content: RegisterContent, ids: Iterable[str], needs_of: Mapping[str, set[str]]) -> CostUnit:
    found = [content.find(Agreement, each) for each in ids]
    agreements = sorted((each for each in found if each), key=lambda each: (each.start_date, each.id))
    need_ids = sorted(set[str]().union(*(needs_of.get(agreement.id, set()) for agreement in agreements)))
    needs = tuple(need for need in (content.find(Need, each) for each in need_ids) if need)
    youngest = agreements[-1]
    beside = [each for each in agreements if each.end_date is None or each.end_date >= youngest.start_date]
    name = ", ".join(dict.fromkeys(each.name for each in beside[-_NAMED:]))
    return CostUnit(youngest.id, name, tuple(agreements), needs)


class _Groups:
    """Ids that belong together, joined pair by pair."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._above = {each: each for each in ids}

    def root(self, each: str) -> str:
        """Return the id that stands for a group."""
        while self._above[each] != each:
            self._above[each] = self._above[self._above[each]]
            each = self._above[each]
        return each

    def join_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Join the groups of each pair; what is not in the register joins nothing."""
        for one, other in pairs:
            if one in self._above and other in self._above:
                low, high = sorted((self.root(one), self.root(other)))
                self._above[high] = low

    def members(self) -> list[list[str]]:
        """Return the groups, each sorted, by their first id."""
        groups: dict[str, list[str]] = defaultdict(list)
        for each in sorted(self._above):
            groups[self.root(each)].append(each)
        return list(groups.values())

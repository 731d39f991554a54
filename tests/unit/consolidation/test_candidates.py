"""Candidate bundles: every one that the rules allow and no other, and what is said where they are too many."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from partnership_lib.consolidation.candidates.enumeration import candidates
from partnership_lib.consolidation.candidates.market import Market


def market(seed: int, count: int = 18) -> Market:
    random = np.random.default_rng(seed)
    able = [frozenset(f"S-{each}" for each in np.flatnonzero(random.random(70) < 0.3)) for _ in range(count)]
    return Market(
        items=tuple(f"A-{item:02}" for item in range(count)),
        values_sek=random.uniform(1.0, 5.0, count),
        groups=tuple("xy"[item % 2] for item in range(count)),
        able=tuple(None if item == 5 else each for item, each in enumerate(able)),
        apart=frozenset({(0, 2), (3, 7)}),
        fewest_able=4,
        largest_size=4,
        largest_value_sek=13.0,
    )


def by_trying_all(wanted: Market) -> set[tuple[int, ...]]:
    found = set()
    for size in range(2, wanted.largest_size + 1):
        for bundle in combinations(range(len(wanted.items)), size):
            known = [able for item in bundle if (able := wanted.able[item]) is not None]
            if (
                len({wanted.groups[item] for item in bundle}) == 1
                and wanted.values_sek[list(bundle)].sum() <= wanted.largest_value_sek
                and not any(pair in wanted.apart for pair in combinations(bundle, 2))
                and (not known or len(frozenset.intersection(*known)) >= wanted.fewest_able)
            ):
                found.add(bundle)
    return found


def bundles(found: object) -> list[tuple[int, ...]]:
    cover = found.cover  # type: ignore[attr-defined]
    return [
        tuple(int(item) for item in cover.indices[a:b]) for a, b in zip(cover.indptr, cover.indptr[1:], strict=False)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_bundles_are_exactly_those_that_the_rules_allow(seed: int) -> None:
    wanted = market(seed)
    found = candidates(wanted)
    alone, together = bundles(found)[:18], bundles(found)[18:]
    assert alone == [(item,) for item in range(18)]
    assert set(together) == by_trying_all(wanted)
    assert len(together) == len(set(together))
    assert found.complete


def test_suppliers_who_do_not_overlap_make_no_bundle() -> None:
    able = tuple(frozenset({f"S-{item}"}) for item in range(6))
    lonely = replace(market(0, 6), able=able, fewest_able=1)
    assert candidates(lonely).cover.shape == (6, 6)


def test_more_bundles_than_allowed_are_cut_by_size_and_said_to_be() -> None:
    whole, cut = candidates(market(1)), candidates(market(1), most_of_a_cluster=30)
    assert not cut.complete
    assert {len(each) for each in bundles(cut)} < {len(each) for each in bundles(whole)}
    for each in cut.cuts:
        assert each.size < each.allowed
        own = {item for item, name in enumerate(whole.items) if name in each.items}
        kept = {bundle for bundle in bundles(cut) if set(bundle) <= own}
        assert kept == {bundle for bundle in bundles(whole) if set(bundle) <= own and len(bundle) <= each.size}


def test_too_many_altogether_are_cut_to_one_size_for_all() -> None:
    whole = candidates(market(1))
    cut = candidates(market(1), most_of_all=whole.cover.shape[1] - 1)
    kept = max(len(each) for each in bundles(cut))
    assert 1 < kept < max(len(each) for each in bundles(whole))
    assert set(bundles(cut)) == {bundle for bundle in bundles(whole) if len(bundle) <= kept}
    assert cut.cuts
    assert len(bundles(candidates(market(1), most_of_all=18))) == 18


def test_what_nobody_has_looked_at_keeps_to_its_own_size() -> None:
    unknown = replace(market(2), able=(None,) * 18, apart=frozenset(), largest_sizes={"x": 2})
    sizes = {group: set() for group in "xy"}
    for bundle in bundles(candidates(unknown)):
        sizes[unknown.groups[bundle[0]]].add(len(bundle))
    assert max(sizes["x"]) == 2
    assert max(sizes["y"]) == 4

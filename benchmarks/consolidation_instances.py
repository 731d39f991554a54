"""Seeded instances for the optimiser: invented agreements, suppliers who are able, and a cost model in closed form.

A simplified cost model, computed for millions of bundles at once: prices by bidders, scale and scope, procedures,
follow-up, interfaces within an area of law, start-up, bridging and early ends. What it leaves out changes no running
time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from partnership_lib.consolidation.candidates.enumeration import MOST_OF_A_CLUSTER, Candidates, candidates
from partnership_lib.consolidation.candidates.market import Market
from partnership_lib.consolidation.solving.pool import Floats, Limit, Pool, Whole

# The share of a category that a supplier is able to deliver: a beta distribution.
SPREADS = {"narrow": (1.0, 2.2), "broad": (1.3, 1.8), "very broad": (2.5, 1.5)}
ITEMS_PER_CATEGORY, DOMAINS_PER_CATEGORY, SUPPLIERS_PER_CATEGORY = 18, 3, 40
STARTS = np.arange(4.0)  # years from now
YEARS, RATE = 12.0, 0.035
FEWEST_ABLE, LARGEST_SIZE, LARGEST_SHARE = 5, 12, 0.03
CAPACITY_PER_ITEM, LARGE_SHARE = 0.27, 0.30
_THOUSAND = 1_000.0


@dataclass(frozen=True)
class Instance:
    """An instance: its market, the bundles, and the pool with a column for every bundle and start."""

    market: Market
    found: Candidates
    pool: Pool


def make_instance(count: int, spread: str, seed: int, most_of_a_cluster: int = MOST_OF_A_CLUSTER) -> Instance:
    """Return an instance with `count` agreements of today."""
    random = np.random.default_rng(seed)
    values = random.lognormal(np.log(600.0), 1.0, count) * _THOUSAND
    expiries = random.uniform(0.0, 4.0, count)
    categories = np.arange(count) // ITEMS_PER_CATEGORY
    domains = categories * DOMAINS_PER_CATEGORY + random.integers(DOMAINS_PER_CATEGORY, size=count)
    market = Market(
        items=tuple(f"A-{item:05}" for item in range(count)),
        values_sek=values,
        groups=tuple(f"{category:03}" for category in categories),
        able=_able(random, categories, spread),
        fewest_able=FEWEST_ABLE,
        largest_size=LARGEST_SIZE,
        largest_value_sek=max(LARGEST_SHARE * float(values.sum()), 2.0 * float(np.median(values))),
    )
    found = candidates(market, most_of_a_cluster)
    costs, starts = _costs(market, found.cover, expiries, domains)
    return Instance(market, found, _pool(market, found, costs, starts, expiries))


def _able(random: np.random.Generator, categories: Whole, spread: str) -> tuple[frozenset[str], ...]:
    able: list[set[str]] = [set() for _ in categories]
    for category in np.unique(categories):
        members = np.flatnonzero(categories == category)
        for supplier in range(SUPPLIERS_PER_CATEGORY):
            share = random.beta(*SPREADS[spread])
            for item in members[random.uniform(size=len(members)) < share]:
                able[item].add(f"S-{category}-{supplier}")
    return tuple(map(frozenset, able))


def _annuity(begin: Floats | float, end: Floats | float) -> Floats:
    rate = np.log1p(RATE)
    return np.asarray((np.exp(-rate * np.asarray(begin)) - np.exp(-rate * np.asarray(end))) / rate)


def _costs(
    market: Market, cover: sparse.csc_array, expiries: Floats, domains: Whole
) -> tuple[Floats, tuple[Floats, ...]]:
    """Return the cost of every bundle by start, shape (bundles, starts); that of an item apart stands at start 0."""
    sizes = np.diff(cover.indptr).astype(float)
    worth = cover.T @ market.values_sek
    able = _bidders(market, cover)
    level = (np.clip(0.6 * able, 1.0, 8.0) / 4.6) ** -0.136 * sizes**-0.015 * (1.0 - 0.04 * (1.0 - 1.0 / sizes))
    saved = _pairs(cover, domains) * 40.0 * _THOUSAND * 0.7
    owner = 420.0 * _THOUSAND + 45.0 * _THOUSAND
    costs = np.empty((len(sizes), len(STARTS)))
    for place, start in enumerate(STARTS):
        late, early = np.maximum(start - expiries, 0.0), np.clip(expiries - start, 0.0, 1.0)
        before = market.values_sek * (_annuity(0.0, start) + 0.1 * late + 0.2 * early)
        after, then = _annuity(start, YEARS), np.exp(-np.log1p(RATE) * start)
        procedure = (140.0 + 60.0 * np.sqrt(sizes)) * _THOUSAND
        costs[:, place] = (
            cover.T @ (before + 45.0 * _THOUSAND * _annuity(0.0, start))
            + (worth * level + owner - saved) * after
            + then * (procedure + 0.12 * worth)
        )
    renewals = sum(
        (when < YEARS) * np.exp(-np.log1p(RATE) * when) * (150.0 * _THOUSAND + 0.08 * market.values_sek)
        for when in (expiries, expiries + 4.0, expiries + 8.0)
    )
    apart = (market.values_sek + 45.0 * _THOUSAND) * _annuity(0.0, YEARS) + renewals
    costs[: len(apart)] = np.inf
    costs[: len(apart), 0] = apart
    return costs, tuple(np.full(len(sizes), start) for start in STARTS)


def _bidders(market: Market, cover: sparse.csc_array) -> Floats:
    """Return how many suppliers are able to deliver all of each bundle."""
    names = sorted(set().union(*(able or () for able in market.able)))
    places = {name: place for place, name in enumerate(names)}
    rows = [(item, places[name]) for item, able in enumerate(market.able) for name in able or ()]
    items, suppliers = (np.array(each) for each in zip(*rows, strict=True))
    able = sparse.csr_array((np.ones(len(rows)), (items, suppliers)), shape=(len(market.items), len(names)))
    sizes = np.diff(cover.indptr)
    counts = np.empty(len(sizes))
    for begin in range(0, len(sizes), 200_000):
        block = slice(begin, begin + 200_000)
        together = cover[:, block].T @ able
        together.data = (together.data == np.repeat(sizes[block], np.diff(together.indptr))).astype(float)
        counts[block] = together.sum(axis=1)
    return counts


def _pairs(cover: sparse.csc_array, domains: Whole) -> Floats:
    """Return how many pairs of items of the same area of law each bundle holds."""
    of_domain = sparse.csr_array((np.ones(len(domains)), (np.arange(len(domains)), domains)))
    counts = (cover.T @ of_domain).tocsr()
    counts.data = counts.data * (counts.data - 1.0) / 2.0
    return np.asarray(counts.sum(axis=1))


def _pool(market: Market, found: Candidates, costs: Floats, starts: tuple[Floats, ...], expiries: Floats) -> Pool:
    """Return the pool with a column for every bundle and start, and the limits: capacity, and large bundles."""
    count, bundles = len(market.items), found.cover.shape[1]
    places = np.concatenate((np.arange(count), np.repeat(np.arange(count, bundles), len(STARTS))))
    years = np.concatenate((np.floor(expiries), np.tile(STARTS, bundles - count)))
    chosen = np.concatenate((costs[:count, 0], costs[count:].ravel()))
    cover = found.cover[:, places]
    worth = cover.T @ market.values_sek
    effort = np.where(np.arange(len(places)) < count, 1.0, 2.0)
    large = np.where((np.diff(cover.indptr) > 1) & (worth > 8.0 * np.median(market.values_sek)), worth, 0.0)
    limits = (
        *(Limit("capacity", f"{year:.0f}", CAPACITY_PER_ITEM * count, effort * (years == year)) for year in STARTS),
        Limit("large_bundles", "", LARGE_SHARE * float(market.values_sek.sum()), large),
    )
    return Pool(market.items, cover, chosen, limits, complete=found.complete)

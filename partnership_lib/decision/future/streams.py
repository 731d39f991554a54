"""Random numbers by key: the same event has the same luck in every plan, in any order, on any machine.

A number is a pure function of (seed, path, entity, factor, occurrence). An entity is a need, a domain, a category: a
stable id, never a place in an array. Nothing is drawn "next", so nothing that is added or left out moves anything else.

The functions work on single unsigned numbers in compiled code and on whole arrays of them in NumPy, bit for bit alike.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable

# What is drawn for an entity. The numbers are part of the key: never change one, only add.
MARKET_PRICE = np.uint64(1)
CONTRACT_INDEX = np.uint64(2)
LAW_TIME = np.uint64(3)
LAW_HIT = np.uint64(4)
NEW_NEED = np.uint64(5)
EXCESS_QUALIFIED = np.uint64(8)
BIDDERS = np.uint64(9)
CANCELLED = np.uint64(10)
APPEALED = np.uint64(11)
APPEAL_REPEATED = np.uint64(12)
APPEAL_LENGTH = np.uint64(13)
SECOND_INSTANCE = np.uint64(14)
SECOND_INSTANCE_LENGTH = np.uint64(15)
SUPPLIER_CHANGE = np.uint64(16)
OVERRUN = np.uint64(17)
DEFAULT = np.uint64(18)
OPTION = np.uint64(19)

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_HALF = np.uint64(32)
_LOW_HALF = np.uint64(0xFFFFFFFF)
_TO_52_BITS = np.uint64(12)
_FIRST_24, _NEXT_24 = np.uint64(40), np.uint64(16)
_24_BITS, _16_BITS = np.uint64(0xFFFFFF), np.uint64(0xFFFF)


def entity_key(stable_id: str) -> int:
    """Return the 64 bits that stand for an entity: the start of the SHA-256 of its stable id.

    Examples
    --------
    >>> hex(entity_key("need:N-01"))
    '0xf1b1f2939fec37fa'
    """
    return int.from_bytes(sha256(stable_id.encode("utf-8")).digest()[:8], "big")


@compilable
def mixed(bits: Any) -> Any:
    """Return 64 bits in which every bit depends on every bit of those given: the finaliser of splitmix64."""
    bits = (bits ^ (bits >> _SHIFTS[0])) * _FIRST_FACTOR
    bits = (bits ^ (bits >> _SHIFTS[1])) * _SECOND_FACTOR
    return bits ^ (bits >> _SHIFTS[2])


@compilable
def path_state(seed: Any, path: Any) -> Any:
    """Return the state that all draws of a path start from."""
    return mixed(mixed(seed + _GOLDEN) + (path + np.uint64(1)) * _GOLDEN)


@compilable
def entity_state(state_of_path: Any, entity: Any) -> Any:
    """Return the state that all draws of an entity on a path start from."""
    return mixed((state_of_path ^ entity) + _GOLDEN)


@compilable
def unmixed_bits(state_of_entity: Any, factor: Any, occurrence: Any) -> Any:
    """Return what becomes the random bits of a factor's occurrence once it is `mixed`."""
    return state_of_entity + ((factor << _HALF) + occurrence) * _GOLDEN


@compilable
def drawn_bits(state_of_entity: Any, factor: Any, occurrence: Any) -> Any:
    """Return the 64 random bits of a factor's occurrence."""
    return mixed(unmixed_bits(state_of_entity, factor, occurrence))


@compilable
def to_uniform(bits: Any) -> Any:
    """Return a uniform number in (0, 1), never 0 and never 1."""
    return ((bits >> _TO_52_BITS) + 0.5) * 2.0**-52


@compilable
def high_uniform(bits: Any) -> Any:
    """Return a uniform number in (0, 1) from the upper half of the bits; independent of `low_uniform`."""
    return ((bits >> _HALF) + 0.5) * 2.0**-32


@compilable
def low_uniform(bits: Any) -> Any:
    """Return a uniform number in (0, 1) from the lower half of the bits."""
    return ((bits & _LOW_HALF) + 0.5) * 2.0**-32


@compilable
def first_of_three(bits: Any) -> Any:
    """Return a uniform number in (0, 1) from the uppermost 24 bits; independent of the other two of three."""
    return ((bits >> _FIRST_24) + 0.5) * 2.0**-24


@compilable
def second_of_three(bits: Any) -> Any:
    """Return a uniform number in (0, 1) from the 24 bits that follow."""
    return (((bits >> _NEXT_24) & _24_BITS) + 0.5) * 2.0**-24


@compilable
def third_of_three(bits: Any) -> Any:
    """Return a uniform number in (0, 1) from the last 16 bits: enough for a chance, too few for a quantile."""
    return ((bits & _16_BITS) + 0.5) * 2.0**-16


@compilable
def draw(state_of_entity: Any, factor: Any, occurrence: Any) -> Any:
    """Return the uniform number of a factor's occurrence for an entity on a path."""
    return to_uniform(drawn_bits(state_of_entity, factor, occurrence))


@compilable
def uniform(seed: Any, path: Any, entity: Any, factor: Any, occurrence: Any) -> Any:
    """Return the uniform number in (0, 1) that belongs to this key.

    Parameters
    ----------
    seed, path, entity, factor, occurrence : numpy.uint64 or arrays of them
    """
    return draw(entity_state(path_state(seed, path), entity), factor, occurrence)

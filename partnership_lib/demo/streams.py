"""Random numbers that stay where they are: one stream for each entity and purpose, the same on every machine."""

from __future__ import annotations

import random


def stream(seed: int, entity: str, purpose: str) -> random.Random:
    """Return the random stream of an entity for a purpose; another entity's draws never move it."""
    return random.Random(f"{seed}:{entity}:{purpose}")  # noqa: S311 - nothing here is secret


def noise(numbers: random.Random, sd: float) -> float:
    """Return a draw close to normal with mean 0 and standard deviation `sd`.

    The sum of twelve uniforms: additions give the same bits everywhere, logarithms and cosines need not.
    """
    return sd * (sum(numbers.random() for _ in range(12)) - 6.0)

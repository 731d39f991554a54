"""The three levels that the parties work on."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """The three levels of an agreement, highest first."""

    STRATEGIC = "strategic"
    TACTICAL = "tactical"
    OPERATIONAL = "operational"

    @property
    def above(self) -> Level | None:
        """Return the level that a matter climbs to, or None at the top."""
        return {Level.OPERATIONAL: Level.TACTICAL, Level.TACTICAL: Level.STRATEGIC}.get(self)

    @property
    def below(self) -> Level | None:
        """Return the level that a matter is broken down to, or None at the bottom."""
        return {Level.STRATEGIC: Level.TACTICAL, Level.TACTICAL: Level.OPERATIONAL}.get(self)

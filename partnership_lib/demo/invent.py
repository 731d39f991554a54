"""The invented municipality on demand: its register in one call, its files in another."""

from __future__ import annotations

from partnership_lib.demo.small import small_register
from partnership_lib.domain import RegisterContent
from partnership_lib.errors import UsageError

SCALES = ("small", "city", "national")


def invent_register(scale: str = "small", seed: int = 1) -> RegisterContent:
    """Return the register of the invented municipality.

    Parameters
    ----------
    scale : str
        ``small`` (about 65 agreements), ``city`` (1,100) or ``national`` (290 municipalities).
    seed : int
        The same seed gives the same register on every machine.

    Raises
    ------
    UsageError
        ``unknown_scale``.
    """
    if scale not in SCALES:
        raise UsageError("unknown_scale", found=scale, allowed=", ".join(SCALES))
    return small_register(seed)

"""CPV codes: eight digits, compared without their check digit (no formula for it is confirmed)."""

from __future__ import annotations

import re

from partnership_lib.errors import InputError

_CPV = re.compile(r"([0-9]{8})(?:-[0-9])?", re.ASCII)


def normalise_cpv(text: str) -> str:
    """Return the eight digits of a CPV code.

    Examples
    --------
    >>> normalise_cpv("72000000-5")
    '72000000'
    """
    match = _CPV.fullmatch(text.strip())
    if match is None:
        raise InputError("cpv_unreadable", found=text[:40])
    return match[1]


def cpv_division(code: str) -> str:
    """Return the division of a CPV code as eight digits: its first two and zeros.

    Examples
    --------
    >>> cpv_division("72212100")
    '72000000'
    """
    return f"{code[:2]}000000"

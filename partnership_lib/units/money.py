"""Money as integer öre (the minor unit of the workspace's currency): text in, text out, splitting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from partnership_lib.errors import InputError

LIMIT_ORE = 10**17
"""Amounts at or above 10^15 kr are refused: they are typing errors, and int64 must never wrap."""

_SPACES = re.compile(r"[ \t\u00a0\u202f\u2009']")
_CURRENCY = re.compile(r"^(?:SEK|GBP|kr|£)\s*|\s*(?:SEK|GBP|kr|:-|£)$", re.IGNORECASE)
_DIGITS = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)


def parse_ore(text: str, decimal_sign: str = ".") -> int:
    """Return the amount written in `text` as integer öre, without passing through a float.

    Parameters
    ----------
    text : str
        An amount such as ``-1 302,03``, ``(12,50)``, ``12,50-`` or ``12,50 kr``.
    decimal_sign : str
        ``"."`` or ``","``; the other one is taken as a thousands separator where it groups by three.

    Raises
    ------
    InputError
        ``amount_blank``, ``amount_unreadable``, ``amount_third_decimal`` or ``amount_out_of_range``.

    Examples
    --------
    >>> parse_ore("19.99"), parse_ore("-1 302,03", ","), parse_ore("(12,5)", ","), parse_ore("12,50-", ",")
    (1999, -130203, -1250, -1250)
    """
    bare = _CURRENCY.sub("", text.strip())
    if not bare:
        raise InputError("amount_blank", found=text)
    negative, bare = _sign(bare)
    whole, decimals = _parts(bare, decimal_sign, text)
    if decimals.rstrip("0")[2:]:
        raise InputError("amount_third_decimal", found=text)
    if len(whole) > 18:
        raise InputError("amount_out_of_range", found=text[:40])
    ore = int(whole) * 100 + int((decimals + "00")[:2])
    if ore >= LIMIT_ORE:
        raise InputError("amount_out_of_range", found=text[:40])
    return -ore if negative else ore


def _sign(bare: str) -> tuple[bool, str]:
    if bare.startswith("(") and bare.endswith(")"):
        return True, bare[1:-1].strip()
    for minus in ("-", "\u2212", "\u2013"):
        if bare.startswith(minus):
            return True, bare[1:].strip()
        if bare.endswith(minus):
            return True, bare[:-1].strip()
    return False, bare[1:] if bare.startswith("+") else bare


def _parts(bare: str, decimal_sign: str, text: str) -> tuple[str, str]:
    """Return the digits before and after the decimal sign, or refuse."""
    thousands = "," if decimal_sign == "." else "."
    head, sign, tail = bare.partition(decimal_sign)
    groups = _SPACES.sub(thousands, head).split(thousands)
    grouped = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:]))
    match = _DIGITS.fullmatch("".join(groups) + (f".{tail}" if sign else ""))
    if not grouped or match is None:
        raise InputError("amount_unreadable", found=text[:40])
    return match[1], match[2] or ""


def split_ore(total_ore: int, weights: Sequence[int]) -> list[int]:
    """Return parts proportional to `weights` that sum to `total_ore` exactly (largest remainder).

    Examples
    --------
    >>> split_ore(100, [1, 1, 1])
    [34, 33, 33]
    >>> split_ore(-5, [1, 1])
    [-3, -2]
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and must not all be zero")
    sign = -1 if total_ore < 0 else 1
    shares = [divmod(abs(total_ore) * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    order = sorted(range(len(parts)), key=lambda i: (-shares[i][1], i))
    for i in order[: abs(total_ore) - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]

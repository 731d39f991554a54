"""Numbers as people type them: with a comma or a point, spaces, a percent sign, a real minus."""

from __future__ import annotations

import re
from collections.abc import Callable

from partnership_lib.errors import InputError
from partnership_lib.text.formatting import format_count

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_MOST_DECIMALS = 6
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


def read_number(typed: str, name: str, unit: str, least: float, most: float, language: str) -> float:
    """Return the number that was typed, in the unit that the box shows.

    Parameters
    ----------
    name, unit : str
        What the box is called, for the message.
    least, most : float
        What is allowed, in the box's unit; infinite where there is no limit.

    Raises
    ------
    InputError
        ``number_missing``, ``number_unreadable`` or ``number_out_of_range``.

    Examples
    --------
    >>> read_number(" 7,5 % ", "samordningsvinst", "%", -100, 100, "sv")
    7.5
    >>> read_number("1 720", "timmar", "h", 0, float("inf"), "sv"), read_number("−2", "trend", "%", -50, 50, "sv")
    (1720.0, -2.0)
    >>> read_number("1,720.5", "hours", "h", 0, float("inf"), "en")
    1720.5
    """
    allowed = f"{said_range(least, most, lambda value: format_exact(value, language))} {unit}".strip()
    plain = _SPACES.sub("", typed).replace("\u2212", "-").removesuffix("%")
    if language == "en" and _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".")
    if not plain:
        raise InputError("number_missing", name=name, allowed=allowed)
    if not _NUMBER.fullmatch(plain):
        raise InputError("number_unreadable", name=name, found=typed.strip()[:40], allowed=allowed)
    number = float(plain)
    if not least <= number <= most:
        raise InputError("number_out_of_range", name=name, found=typed.strip()[:40], allowed=allowed)
    return number


def format_exact(value: float, language: str) -> str:
    """Return a number with all the decimals that it has, up to six.

    Examples
    --------
    >>> format_exact(7.5, "sv"), format_exact(-0.25, "en"), format_exact(1720.0, "sv").replace("\\xa0", " ")
    ('7,5', '−0.25', '1 720')
    """
    decimals = len(f"{value:.{_MOST_DECIMALS}f}".rstrip("0").partition(".")[2])
    return format_count(value + 0.0, language, decimals)


def said_range(least: float, most: float, write: Callable[[float], str]) -> str:
    """Return a range as it is said: ``0–100``, or ``≥ 0`` where there is no upper limit.

    Examples
    --------
    >>> said_range(0.0, 100.0, lambda value: f"{value:g}"), said_range(-1.0, 1.0, lambda value: f"{value:g}")
    ('0–100', '-1 – 1')
    """
    if most == float("inf"):
        return f"≥\u00a0{write(least)}"
    between = " – " if least < 0 else "–"
    return f"{write(least)}{between}{write(most)}"

"""The date of a ledger line: read by declared formats, or told once for a whole file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from partnership_lib.errors import InputError
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.units.dates import iso_date
from partnership_lib.units.period import Period

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)

_ISO_FORMAT = "%Y-%m-%d"
_HOME = "Europe/Stockholm"
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan feb mar apr|april maj|may jun jul aug sep|sept okt|oct nov dec".split(), start=1
    )
    for name in names.split("|")
} | {
    name: number
    for number, names in enumerate(
        "januari|january februari|february mars|march april maj|may juni|june juli|july augusti|august september "
        "oktober|october november december".split(),
        start=1,
    )
    for name in names.split("|")
}
_WORD = re.compile(r"[A-Za-zÅÄÖåäö]+\.?")


def date_parser(formats: tuple[str, ...]) -> Callable[[str], date]:
    """Return what reads a date in one of these formats.

    Examples
    --------
    >>> read = date_parser(("%d-%b-%y", "%d %B %Y", "%Y%m"))
    >>> read("31-Jul-13"), read("1 maj 2026"), read("202005")
    (datetime.date(2013, 7, 31), datetime.date(2026, 5, 1), datetime.date(2020, 5, 1))
    """

    def parse(text: str) -> date:
        for written in formats:
            found = date_as(text, written)
            if found is not None:
                if not EARLIEST <= found <= LATEST:
                    raise InputError("date_out_of_range", found=text, earliest=EARLIEST, latest=LATEST)
                return found
        raise InputError("date_unreadable", found=text[:40], allowed=", ".join(formats))

    return parse


def date_as(text: str, written: str) -> date | None:
    """Return the date that a text is in a format, or None where it is not written so."""
    try:
        if written == _ISO_FORMAT:
            return iso_date(text)
        if "%b" in written or "%B" in written:
            text, written = _with_numbers(text), re.sub("%[bB]", "%m", written)
        found = datetime.strptime(text, written)  # noqa: DTZ007 - most dates have no zone
    except (ValueError, KeyError):
        return None
    if found.tzinfo is not None:
        return found.astimezone(ZoneInfo(_HOME)).date()
    # strptime takes "2026131" for 31 January; what cannot be written back was not written so.
    return found.date() if _unpadded(found.strftime(written)) == _unpadded(text) else None


def day_of_serial(number: float, counts_from_1904: bool) -> date | None:
    """Return the day that a spreadsheet means by a number without a date's format, from 1990 to 2099.

    Examples
    --------
    >>> day_of_serial(46053, False), day_of_serial(44591, True), day_of_serial(60, False)
    (datetime.date(2026, 1, 31), datetime.date(2026, 1, 31), None)
    """
    if not float(number).is_integer() or not 20_000 < number < 100_000:
        return None
    day = (date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30)) + timedelta(days=int(number))
    return day if EARLIEST <= day <= LATEST else None


def told_period(profile: LedgerProfile, file: str) -> Period | None:
    """Return the period that the lines of a file without dates are in, told by the profile or by the file's name.

    Raises
    ------
    InputError
        ``ledger_period_not_in_name``: the name is not written as the profile says.
    """
    if profile.period:
        return Period.parse(profile.period)
    if not profile.period_in_name:
        return None
    pattern = re.escape(profile.period_in_name).replace(r"\*", ".*")
    pattern = pattern.replace(r"\{year\}", "(?P<year>[0-9]{4})").replace(r"\{month\}", "(?P<month>[0-9]{2})")
    match = re.fullmatch(pattern, file, re.IGNORECASE)
    if match is None:
        raise InputError("ledger_period_not_in_name", file=file, allowed=profile.period_in_name)
    found = match.groupdict()
    return Period.parse("-".join(found[part] for part in ("year", "month") if part in found))


def _with_numbers(text: str) -> str:
    """Return a date with the number of its month instead of the name."""
    return _WORD.sub(lambda match: str(_MONTHS[match[0].rstrip(".").casefold()]), text)


def _unpadded(text: str) -> Any:
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", text)

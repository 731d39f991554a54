"""What the values of a column look like: amounts, dates, organisation numbers, accounts, names of companies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from partnership_lib.errors import InputError
from partnership_lib.ledger.dates import EARLIEST, LATEST, date_as
from partnership_lib.ledger.lines import decimal_sign_of
from partnership_lib.units.money import parse_ore
from partnership_lib.units.organisation_number import normalise_organisation_number

DATE_FORMATS = (
    *("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m %Y"),
    *("%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%d/%m/%y", "%m/%d/%y", "%y%m%d", "%d%m%y"),
    *("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y%m", "%Y-%m"),
)
"""Ways of writing a date that are tried; those that begin alike can fit the same values."""

_FORMATS_SETTLED_AFTER = 200  # different values; a way of writing that none of them had is not tried again
_ACCOUNT = re.compile(r"[0-9]{3,6}", re.ASCII)
_ACCOUNT_WITH_TEXT = re.compile(r"[0-9]{3,6}[ \-–:]+[^\W\d].*")
_DECIMALS = re.compile(r"[.,][0-9]{2}\)?-?$")
_COMPANY = re.compile(
    r"\b(?:AB|HB|KB|Aktiebolag|Handelsbolag|Kommun|Region|Landsting|Stiftelsen?|Förening(?:en)?|Ekonomisk|Myndighet|Verket"
    r"|Ltd|Limited|PLC|LLP|CIC|Council|NHS|Trust|Services|GmbH|Oy|A/S|ApS|Inc|BV)\b",
    re.IGNORECASE,
)
_INTERNAL_NUMBER = re.compile(r"[0-9]{4,9}", re.ASCII)


@dataclass
class ColumnEvidence:
    """What was counted in one column, in rows.

    Attributes
    ----------
    filled : int
        Rows with anything in the cell.
    different : int
        Different values.
    dates : Counter
        Rows that each format of `DATE_FORMATS` can read.
    signs : Counter
        Rows whose decimal sign can only be this one; ``?`` where three digits may be thousands or decimals.
    """

    heading: str
    place: int
    rows: int = 0
    filled: int = 0
    different: int = 0
    amounts: int = 0
    with_decimals: int = 0
    negative: int = 0
    organisation_numbers: int = 0
    internal_numbers: int = 0
    accounts: int = 0
    accounts_with_text: int = 0
    companies: int = 0
    dates: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    example: str = ""

    def share(self, count: int) -> float:
        """Return a count as a share of the filled rows."""
        return count / self.filled if self.filled else 0.0

    def date_formats(self) -> list[str]:
        """Return the formats that read as many rows as the best one does, nearly all of them."""
        most = max(self.dates.values(), default=0)
        if self.share(most) < 0.9:
            return []
        return [written for written in DATE_FORMATS if self.dates[written] == most]


def evidence_of(heading: str, place: int, values: Iterable[str]) -> ColumnEvidence:
    """Return what a column's values look like; each different value is looked at once."""
    counted = Counter(values)
    found = ColumnEvidence(heading, place, rows=sum(counted.values()))
    formats: tuple[str, ...] = DATE_FORMATS
    for value, rows in counted.items():
        text = value.strip()
        if not text:
            continue
        if found.different == _FORMATS_SETTLED_AFTER:
            formats = tuple(written for written in formats if found.dates[written])
        found.filled += rows
        found.different += 1
        found.example = found.example or text[:40]
        _look_at_amount(text, rows, found)
        for name, holds in _KINDS.items():
            if holds(text):
                setattr(found, name, getattr(found, name) + rows)
        for written in formats:
            day = date_as(text, written) if text[0].isdigit() else None
            if day is not None and EARLIEST <= day <= LATEST:
                found.dates[written] += rows
    return found


def _look_at_amount(text: str, rows: int, found: ColumnEvidence) -> None:
    try:
        sign = decimal_sign_of(text)
        ore = parse_ore(text, sign)
    except InputError as error:
        if error.code == "amount_ambiguous":
            found.amounts += rows
            found.signs["?"] += rows
        return
    found.amounts += rows
    found.negative += rows if ore < 0 else 0
    if "." in text or "," in text:
        found.signs[sign] += rows
    if _DECIMALS.search(text):
        found.with_decimals += rows


_KINDS: dict[str, Callable[[str], bool]] = {
    "organisation_numbers": lambda text: normalise_organisation_number(text) is not None,
    "internal_numbers": lambda text: _INTERNAL_NUMBER.fullmatch(text) is not None,
    "accounts": lambda text: _ACCOUNT.fullmatch(text) is not None,
    "accounts_with_text": lambda text: _ACCOUNT_WITH_TEXT.fullmatch(text) is not None,
    "companies": lambda text: _COMPANY.search(text) is not None,
}

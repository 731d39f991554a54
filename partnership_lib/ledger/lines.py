"""One row of a ledger file becomes one ledger line, or is refused with a reason."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from partnership_lib.errors import InputError
from partnership_lib.files.profiles import LINE_FIELDS, LedgerProfile
from partnership_lib.ledger.dates import date_parser
from partnership_lib.ledger.dialects import Layout
from partnership_lib.ledger.suppliers import identify_supplier
from partnership_lib.units.money import parse_ore
from partnership_lib.units.organisation_number import normalise_organisation_number

PLAIN_AMOUNT = r"-?[0-9]{1,13}[.,][0-9]{2}"
"""An amount that can be read without looking twice: no thousands, no currency, two decimals."""

_PLAIN_AMOUNT = re.compile(PLAIN_AMOUNT, re.ASCII)
_ACCOUNT = re.compile(r"([0-9]{3,10})(?:\s*[-–:,]\s*|\s+|$)", re.ASCII)
_TERMINAL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_AMOUNT, _LINE_TYPE, _VAT_AMOUNT = (LINE_FIELDS.index(name) for name in ("amount", "line_type", "vat_amount"))


class Line(NamedTuple):
    """A ledger line in the order of `LEDGER_SCHEMA`, without the file's hash."""

    buyer_id: str
    buyer: str
    voucher_id: str
    supplier_key: str
    supplier: str
    supplier_is_person: bool
    account: str
    account_text: str
    amount_ore: int
    booked_date: date
    administration: str
    invoice_id: str
    ground: str
    agreement_reference: str
    municipality_code: str
    line_number: int


@lru_cache(maxsize=100_000)
def clean_text(text: str) -> str:
    """Return text in NFC on one line, without control characters and terminal sequences.

    Examples
    --------
    >>> clean_text("  Bolag\\n\\x1b[31mSyd\\x07 AB ")
    'Bolag Syd AB'
    """
    if text.isprintable():
        if text.isascii():
            return text.strip()
        if unicodedata.is_normalized("NFC", text):
            return " ".join(text.split())
    visible = _TERMINAL_SEQUENCE.sub("", unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in visible if c.isspace() or unicodedata.category(c) != "Cc").split())


def decimal_sign_of(amount: str) -> str:
    """Return the decimal sign that an amount can only have been written with.

    Raises
    ------
    InputError
        ``amount_ambiguous``: three digits after a single sign may be thousands or thousandths.

    Examples
    --------
    >>> decimal_sign_of("1.234,50"), decimal_sign_of("1,234.50"), decimal_sign_of("12,5"), decimal_sign_of("1200")
    (',', '.', ',', '.')
    """
    points, commas = amount.count("."), amount.count(",")
    if points and commas:
        return "." if amount.rfind(".") > amount.rfind(",") else ","
    if not points and not commas:
        return "."
    sign = "." if points else ","
    if points + commas > 1:
        return "," if sign == "." else "."
    if len(re.sub(r"[^0-9]", "", amount.partition(sign)[2])) == 3:
        raise InputError("amount_ambiguous", found=amount[:40])
    return sign


class LineParser:
    """Turns the cells of a row into a `Line`; `flags` counts what was odd about the lines that it let through."""

    def __init__(self, profile: LedgerProfile, layout: Layout) -> None:
        self._profile = profile
        self._width = len(layout.headings)
        # One look-up per row: absent fields read the blank cell, constant ones their own, both behind the row's.
        extras = ["", *profile.constants.values()]
        places = {name: self._width + 1 + i for i, name in enumerate(profile.constants)} | layout.positions
        self._extras = extras
        self._pick: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(
            *(places.get(name, self._width) for name in LINE_FIELDS)
        )
        self.parse_date = lru_cache(maxsize=50_000)(date_parser(profile.date_formats))
        self.flags: Counter[str] = Counter()

    def values(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return the texts of all fields in the order of `LINE_FIELDS`.

        Raises
        ------
        InputError
            ``row_too_long`` or ``row_too_short``; empty cells after the last column do no harm.
        """
        count = len(cells)
        if count != self._width:
            if count < self._width:
                raise InputError("row_too_short", found=count, allowed=self._width)
            if any(cells[self._width :]):
                raise InputError("row_too_long", found=count, allowed=self._width)
        return self._pick([*cells[: self._width], *self._extras])

    def amount(self, values: Sequence[str]) -> int:
        """Return the amount of a row in öre, excluding VAT, credit notes negative."""
        ore = self.ore(values[_AMOUNT])
        if self._profile.vat_basis == "included":
            ore -= self.ore(values[_VAT_AMOUNT])
        if self._profile.credit_types and values[_LINE_TYPE].strip() in self._profile.credit_types:
            return -abs(ore)
        return ore

    def line(self, values: Sequence[str], amount_ore: int, number: int) -> Line:
        """Return the row as a ledger line.

        Raises
        ------
        InputError
            With the reason: its date, buyer, supplier or currency cannot be taken.
        """
        texts = [clean_text(value) for value in values]
        buyer_id, buyer, voucher, name, supplier_number, account, account_text, _, booked = texts[:9]
        administration, invoice, ground, reference, municipality, currency = texts[9:15]
        if self._profile.account_holds_text:
            account, account_text = split_account(account)
        if currency and currency.upper() != self._profile.currency:
            raise InputError("currency_other", found=currency, allowed=self._profile.currency)
        booked_date = self.parse_date(booked)
        supplier = identify_supplier(supplier_number, name)
        if supplier.flag:
            self.flags[supplier.flag] += 1
        return Line(
            *identify_buyer(buyer_id, buyer),
            voucher,
            supplier.key,
            name,
            supplier.is_person,
            account,
            account_text,
            amount_ore,
            booked_date,
            administration,
            invoice,
            ground,
            reference,
            municipality,
            number,
        )

    def ore(self, text: str) -> int:
        """Return one amount as it is written in öre."""
        sign = self._profile.decimal_sign
        if _PLAIN_AMOUNT.fullmatch(text) and sign in ("auto", text[-3]):
            return int(text[:-3] + text[-2:])
        if not text.strip():
            raise InputError("amount_blank", found=text)
        return parse_ore(text, decimal_sign_of(text) if sign == "auto" else sign)


@lru_cache(maxsize=10_000)
def split_account(written: str) -> tuple[str, str]:
    """Return the number and the name of an account that stand in one cell.

    Examples
    --------
    >>> split_account("60150 Lokalhyra"), split_account("60150 - Lokalhyra"), split_account("Lokalhyra")
    (('60150', 'Lokalhyra'), ('60150', 'Lokalhyra'), ('', 'Lokalhyra'))
    """
    match = _ACCOUNT.match(written)
    return (match[1], written[match.end() :]) if match else ("", written)


@lru_cache(maxsize=10_000)
def identify_buyer(number: str, name: str) -> tuple[str, str]:
    """Return the buyer's number and name; in version 1.0 of the specification the name can hold the number.

    Examples
    --------
    >>> identify_buyer("212000-3005", "Uppsala kommun"), identify_buyer("", "2120003005")
    (('2120003005', 'Uppsala kommun'), ('2120003005', ''))
    """
    if not number and name:
        found = normalise_organisation_number(name)
        return (found, "") if found else (f"name:{name}", name)
    if not number:
        raise InputError("buyer_missing", found="")
    return normalise_organisation_number(number) or number, name

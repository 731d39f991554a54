"""Who a ledger line was bought from: one key for all ways of writing a supplier's number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from partnership_lib.errors import InputError
from partnership_lib.units.organisation_number import (
    is_natural_person,
    luhn_valid,
    mask_personal_numbers,
    normalise_organisation_number,
)

_SHAPE = re.compile(r"(?:16)?[0-9]{6}-?[0-9]{4}", re.ASCII)
_FLOAT = re.compile(r"([0-9]{8,12})[.,]0", re.ASCII)
_EXPONENT = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+", re.ASCII | re.IGNORECASE)
_MASKED = re.compile(r"personuppgift|\*{3,}|(?:^| )\*+(?: |$)|REDACTED PERSONAL|SOLE_TRADERS", re.IGNORECASE)

CHECK_DIGIT_WRONG = "supplier_check_digit"
PLACEHOLDER = "supplier_placeholder"
MASKED = "supplier_masked"


class Supplier(NamedTuple):
    """A supplier's key, whether it is a natural person, and what is odd about its number."""

    key: str
    is_person: bool
    flag: str = ""


@lru_cache(maxsize=200_000)
def identify_supplier(number: str, name: str) -> Supplier:
    """Return who a number and a name belong to.

    Parameters
    ----------
    number : str
        What the publisher calls the supplier's number: an organisation number written in any of its ways, a
        personal number, a foreign VAT number, an internal number, or nothing.
    name : str
        The supplier's name.

    Raises
    ------
    InputError
        ``supplier_number_damaged`` when a spreadsheet has rounded the digits away, ``supplier_missing``.

    Examples
    --------
    >>> identify_supplier("556036-0793", "Bolag AB")
    Supplier(key='5560360793', is_person=False, flag='')
    >>> identify_supplier("10004007", "Onemed Sverige AB").key, identify_supplier("", "Onemed Sverige AB").key
    ('id:10004007', 'name:Onemed Sverige AB')
    """
    if _EXPONENT.fullmatch(number):
        raise InputError("supplier_number_damaged", found=number)
    bare = _FLOAT.sub(r"\1", number)
    digits = normalise_organisation_number(bare) or _with_lost_zero(bare)
    if digits is not None:
        return Supplier(digits, is_natural_person(digits))
    masked = bool(_MASKED.search(f"{number} {name}"))
    # A mistyped personal number, or one in the name, is personal all the same.
    person = masked or mask_personal_numbers(f"{bare} {name}") != f"{bare} {name}"
    if _is_placeholder(bare):
        if not name:
            raise InputError("supplier_missing", found=number)
        return Supplier(f"name:{name}", person, MASKED if masked else PLACEHOLDER if bare else "")
    return Supplier(f"id:{bare}", person, CHECK_DIGIT_WRONG if _SHAPE.fullmatch(bare) else "")


def _with_lost_zero(text: str) -> str | None:
    """Return ten digits where a spreadsheet has dropped the zero in front of a personal number, when certain."""
    digits = f"0{text}"
    if not re.fullmatch(r"[0-9]{10}", digits, re.ASCII) or not luhn_valid(digits):
        return None
    month, day = int(digits[2:4]), int(digits[4:6])
    return digits if 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91) else None


def _is_placeholder(number: str) -> bool:
    digits = re.sub(r"[^0-9]", "", number)
    return not digits or (len(digits) >= 8 and len(set(digits)) == 1)

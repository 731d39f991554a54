"""Swedish organisation numbers: one key for all ways of writing them, check digit, natural persons."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?:16|18|19|20)?([0-9]{6})[-+]?([0-9]{4})", re.ASCII)
_VAT = re.compile(r"SE([0-9]{10})[0-9]{2}", re.ASCII)
_PERSON_IN_TEXT = re.compile(
    r"(?<![0-9])(?:18|19|20)?[0-9]{2}(?:0[0-9]|1[0-2])[0-9]{2}[-+ ]?[0-9]{4}(?![0-9])", re.ASCII
)


def luhn_valid(digits: str) -> bool:
    """Return whether the last digit is the Luhn check digit of the others.

    Examples
    --------
    >>> luhn_valid("2120003005"), luhn_valid("2120003004"), luhn_valid("79927398713")
    (True, False, True)
    """
    doubled = [int(digit) * (2 - position % 2) for position, digit in enumerate(digits[-2::-1])]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return (total + int(digits[-1])) % 10 == 0


def check_digit(nine_digits: str) -> str:
    """Return the Luhn check digit that completes nine digits.

    Examples
    --------
    >>> check_digit("212000300")
    '5'
    """
    return next(str(digit) for digit in range(10) if luhn_valid(f"{nine_digits}{digit}"))


def normalise_organisation_number(text: str) -> str | None:
    """Return the ten digits of a Swedish organisation or personal number, or None when it is none.

    Accepts ``556036-0793``, ``5560360793``, ``165560360793`` and ``SE556036079301``. The check digit must
    hold and the number must not be a placeholder (all zeros, all nines).

    Examples
    --------
    >>> normalise_organisation_number(" 16212000-3005 "), normalise_organisation_number("SE212000300501")
    ('2120003005', '2120003005')
    >>> normalise_organisation_number("000000-0000") is None, normalise_organisation_number("10004007") is None
    (True, True)
    """
    bare = re.sub(r"\s", "", text).upper()
    vat = _VAT.fullmatch(bare)
    match = _NUMBER.fullmatch(vat[1] if vat else bare)
    if match is None:
        return None
    digits = match[1] + match[2]
    if len(set(digits)) == 1 or not luhn_valid(digits):
        return None
    return digits


def is_natural_person(number: str) -> bool:
    """Return whether ten digits belong to a natural person (third digit 0 or 1), as for sole traders.

    Examples
    --------
    >>> is_natural_person("9001010017"), is_natural_person("2120003005")
    (True, False)
    """
    return number[2] in "01"


def mask_personal_numbers(text: str) -> str:
    """Return the text with everything that reads as a personal number replaced by ``******-****``.

    Examples
    --------
    >>> mask_personal_numbers("Ring 900101-0017 om avtal 212000-3005")
    'Ring ******-**** om avtal 212000-3005'
    """

    def masked(match: re.Match[str]) -> str:
        digits = re.sub(r"[^0-9]", "", match[0])[-10:]
        day = int(digits[4:6])
        plausible = 1 <= day <= 31 or 61 <= day <= 91
        return "******-****" if plausible else match[0]

    return _PERSON_IN_TEXT.sub(masked, text)

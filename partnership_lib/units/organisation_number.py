"""Swedish organisation numbers: one key for all ways of writing them, check digit, natural persons."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?:16|18|19|20)?([0-9]{6})[-+]?([0-9]{4})", re.ASCII)
_VAT = re.compile(r"SE([0-9]{10})[0-9]{2}", re.ASCII)
_DAY_OF_BIRTH = r"[0-9]{2}(?:0[0-9]|1[0-2])[0-9]{2}"
_BETWEEN = "[-+ \u00a0\u202f\u2009\u00ad\u2010-\u2015\u2212]{0,3}"  # every hyphen, plus and space that somebody types
_PERSON_IN_TEXT = re.compile(
    rf"(?<![0-9])(?:(?:18|19|20)[ \u00a0]?)?{_DAY_OF_BIRTH}{_BETWEEN}[0-9]{{4}}(?![0-9])"
    rf"|(?<![0-9A-Za-z])SE{_DAY_OF_BIRTH}[0-9]{{6}}(?![0-9])",
    re.ASCII,
)
_LONG_HASH = 20
"""So many hexadecimal digits in a row are a hash, and ten of them no personal number."""


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

    Ten or twelve digits, whatever stands between them; co-ordination numbers, and the VAT numbers of sole traders. A
    wrong check digit is no reason to show it: a mistyped number is personal all the same.

    Examples
    --------
    >>> mask_personal_numbers("Ring 900101-0017 om avtal 212000-3005")
    'Ring ******-**** om avtal 212000-3005'
    >>> mask_personal_numbers("19 900101 \u2013 0017, SE900101001701")
    '******-****, ******-****'
    """
    return _PERSON_IN_TEXT.sub(_masked, text) if len(text) >= 10 else text


def _masked(match: re.Match[str]) -> str:
    found = match[0]
    digits = re.sub(r"[^0-9]", "", found)
    ten = digits[:10] if found.startswith("SE") else digits[-10:]
    day = int(ten[4:6])
    plausible = 1 <= day <= 31 or 61 <= day <= 91
    return "******-****" if plausible and not _is_in_a_hash(match) else found


def _is_in_a_hash(match: re.Match[str]) -> bool:
    before = re.search(r"[0-9a-f]*$", match.string[max(0, match.start() - _LONG_HASH) : match.start()])
    after = re.match(r"[0-9a-f]*", match.string[match.end() : match.end() + _LONG_HASH])
    beside = (len(before[0]) if before else 0) + (len(after[0]) if after else 0)
    return beside > 0 and beside + len(match[0]) >= _LONG_HASH

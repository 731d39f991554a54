"""From a cell to a value: what was typed becomes a date, an amount, a code, or a reason why it cannot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from partnership_lib import text
from partnership_lib.errors import InputError
from partnership_lib.register.exchange.layout import CellKind, TemplateColumn, plain
from partnership_lib.register.values import CellError
from partnership_lib.units.cpv import normalise_cpv
from partnership_lib.units.dates import parse_date
from partnership_lib.units.money import LIMIT_ORE, parse_ore
from partnership_lib.units.organisation_number import mask_personal_numbers

LONGEST_TEXT = 10_000
LONGEST_IDENTIFIER = 100

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FOREVER = "9999-12-31"
_MONTHS = re.compile(r"([0-9]{1,3})(?: *(?:mån(?:ad(?:er)?)?|months?|m)\.?)?", re.IGNORECASE)
_CURRENCIES = re.compile(r"\b(SEK|EUR|GBP|USD|NOK|DKK|kr)\b|[£€$]", re.IGNORECASE)
_CURRENCY_SIGNS = {"kr": "SEK", "£": "GBP", "€": "EUR", "$": "USD"}
_OPTION = re.compile(r"([0-9]{1,3}) *(?:(år|years?|y)|(mån(?:ad(?:er)?)?|months?|m))?\.?", re.IGNORECASE)
_ENDLESS = {"tills vidare", "until further notice"}


def parse_cell(column: TemplateColumn, cell: Any, currency: str) -> Any:
    """Return the value of a cell; an empty one is None, or ``""`` for text and ``False`` for yes and no.

    Raises
    ------
    CellError
        With the code of the sentence that says what is wrong.
    """
    written = written_text(cell)
    if written == "":
        if column.required:
            raise CellError("cell_missing")
        return {CellKind.TEXT: "", CellKind.YES_NO: False, CellKind.MONTHS: 0}.get(column.cell, _empty(column))
    try:
        if column.cell is CellKind.MONEY:
            return _money(cell, written, currency)
        if column.cell is CellKind.WORD:
            return _word(column, written)
        return _PARSERS[column.cell](cell, written)
    except (ValueError, InputError) as error:
        raise error if isinstance(error, CellError) else CellError("cell_unreadable") from None


def _empty(column: TemplateColumn) -> Any:
    if column.cell in (CellKind.LIST, CellKind.OPTIONS):
        return ()
    return "" if column.cell in (CellKind.WORD, CellKind.ORGANISATION_NUMBER, CellKind.PERSON) else None


def written_text(cell: Any) -> str:
    """Return what a person sees in a cell, in composed letters and without invisible signs."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    composed = unicodedata.normalize("NFC", str(cell)).replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", composed).strip()


def as_in_a_table(value: str, *, long_text: bool = False) -> str:
    """Return a text of the register as a table shows it: what a reader of the table brings back.

    Without invisible signs, personal numbers masked, and on one line unless it is a `long_text`.
    """
    shown = written_text(mask_personal_numbers(value))
    return shown if long_text else " ".join(shown.split())


def _text(_: Any, written: str) -> str:
    if "\0" in written:
        raise ValueError("NUL")
    if len(written) > LONGEST_TEXT:
        raise CellError("text_too_long")
    return written


def _identifier(_: Any, written: str) -> str:
    if len(written) > LONGEST_IDENTIFIER or "\n" in written or "\0" in written or ";" in written:
        raise ValueError("no identifier")
    return " ".join(written.split())


def _list(_: Any, written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in _text(_, written).split(";") if part.strip()))


def _date(cell: Any, written: str) -> date | None:
    if plain(written) in _ENDLESS:
        return None
    if isinstance(cell, (int, float)):
        raise ValueError("a number is no date: its workbook decides which day it would be")
    return None if written == _FOREVER else parse_date(written)


def _months(_: Any, written: str) -> int:
    match = _MONTHS.fullmatch(written)
    if match is None:
        raise ValueError("no months")
    return int(match[1])


def _number(_: Any, written: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", written, re.ASCII):
        raise ValueError("no number")
    return int(written)


def _yes_no(_: Any, written: str) -> bool:
    words = {
        plain(text.word("yes_no", answer, language)): answer for language in text.LANGUAGES for answer in (True, False)
    }
    words |= {"true": True, "false": False}
    if plain(written) not in words:
        raise ValueError("neither yes nor no")
    return words[plain(written)]


def _word(column: TemplateColumn, written: str) -> str:
    words = {plain(code): code for code in column.codes}
    for language in text.LANGUAGES:
        words |= {plain(text.word(column.words, code, language)): code for code in column.codes}
    if plain(written) not in words:
        raise ValueError("no such word")
    return words[plain(written)]


def _money(cell: Any, written: str, currency: str) -> int:
    if isinstance(cell, bool):
        raise ValueError("no amount")
    if isinstance(cell, (int, float)):
        return _ore_of_number(cell)
    named = {_CURRENCY_SIGNS.get(sign[0].lower(), sign[0].upper()) for sign in _CURRENCIES.finditer(written)}
    if named - {currency}:
        raise CellError("amount_in_other_currency")
    return parse_ore(written, _decimal_sign(written))


def _ore_of_number(number: int | float) -> int:
    exact = Decimal(number) * 100
    ore = int(exact.to_integral_value())
    # 12.5 and 0.1 + 0.2 are meant; 12.345 is not an amount.
    if abs(exact - ore) > Decimal("0.0001") or abs(ore) >= LIMIT_ORE:
        raise ValueError("not whole öre")
    return ore


def _decimal_sign(written: str) -> str:
    """Return the decimal sign, or refuse: whether 1,234 means a thousand cannot be known."""
    signs = [sign for sign in written if sign in ".,"]
    if not signs:
        return ","
    if len(set(signs)) == 1:
        tail = re.sub(r"[^0-9]", "", written.rpartition(signs[0])[2])
        if len(tail) == 3:
            if len(signs) == 1:
                raise CellError("cell_amount_ambiguous")
            return "." if signs[0] == "," else ","
    return signs[-1]


def _options(_: Any, written: str) -> tuple[int | str, ...]:
    """Return the months of each option; ``"+"`` stands first when they were written as a sum."""
    summed = "+" in written
    parts = [part.strip() for part in re.split(r"[+;]", written)]
    matches = [_OPTION.fullmatch(part) for part in parts]
    if ("+" in written and ";" in written) or not all(matches):
        raise CellError("options_unclear")
    units = [("year" if match[2] else "month" if match[3] else "") for match in matches if match]
    unit = units[-1]  # "2+1 år" says the unit once, at the end
    numbers = [int(match[1]) for match in matches if match]
    if not unit and any(number % 6 for number in numbers):
        raise CellError("options_unclear")  # 2+1+1 may be years or months
    months = tuple(n * (12 if (own or unit) == "year" else 1) for n, own in zip(numbers, units, strict=True))
    if 0 in months:
        raise CellError("options_unclear")
    return ("+", *months) if summed else months


_PARSERS: dict[CellKind, Callable[[Any, str], Any]] = {
    CellKind.TEXT: _text,
    CellKind.IDENTIFIER: _identifier,
    CellKind.LIST: _list,
    CellKind.DATE: _date,
    CellKind.NUMBER: _number,
    CellKind.MONTHS: _months,
    CellKind.YES_NO: _yes_no,
    CellKind.CPV: lambda _, written: normalise_cpv(written),
    CellKind.ORGANISATION_NUMBER: _text,
    CellKind.PERSON: _text,
    CellKind.OPTIONS: _options,
}

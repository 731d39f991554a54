"""How numbers, money, dates, periods and lists are written for a reader (Babel underneath)."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from partnership_lib.units.period import Period, PeriodKind

_LOCALES = {"sv": Locale("sv", "SE"), "en": Locale("en", "GB")}
_MILLION = {"sv": "miljoner", "en": "million"}
_NUMBERS = {
    "sv": "noll en två tre fyra fem sex sju åtta nio tio elva tolv".split(),
    "en": "zero one two three four five six seven eight nine ten eleven twelve".split(),
}
_QUOTES = {"sv": ("”", "”"), "en": ("“", "”")}
_PERIOD = {
    "sv": {"quarter": "kvartal {number} {year}", "tertial": "tertial {number} {year}"},
    "en": {"quarter": "quarter {number} of {year}", "tertial": "tertial {number} of {year}"},
}


def format_count(value: float, language: str, decimals: int = 0) -> str:
    """Return a number with the language's separators.

    Examples
    --------
    >>> format_count(1234567, "sv").replace("\\xa0", " "), format_count(2.5, "en", 1)
    ('1 234 567', '2.5')
    """
    pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    return _with_minus(format_decimal(value, format=pattern, locale=_LOCALES[language]))


def format_number(value: int, language: str, one: str = "", none: str = "") -> str:
    """Return a count as it stands in running text: in words up to twelve, in digits above.

    `one` and `none` are the words for 1 and 0, which depend on what is counted.

    Examples
    --------
    >>> format_number(9, "sv"), format_number(1, "sv", "ett"), format_number(47, "en")
    ('nio', 'ett', '47')
    """
    words = {1: one, 0: none}.get(value)
    if words:
        return words
    return _NUMBERS[language][value] if 0 <= value <= 12 else format_count(value, language)


def format_money(value_ore: float, language: str, currency: str = "SEK", decimals: int = 0) -> str:
    """Return öre as whole kronor (or the workspace's currency).

    Examples
    --------
    >>> format_money(123456789, "sv").replace("\\xa0", " ")
    '1 234 568 kr'
    """
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "\u00a0¤"
    amount = value_ore / 100
    return _with_minus(
        format_currency(amount, currency, format=pattern, locale=_LOCALES[language], currency_digits=False)
    )


def format_money_short(value_ore: float, language: str, currency: str = "SEK") -> str:
    """Return öre in millions with one decimal from one million up, else as whole kronor.

    Examples
    --------
    >>> format_money_short(1234567890, "sv").replace("\\xa0", " ")
    '12,3 miljoner kr'
    """
    if abs(value_ore) < 100_000_000:
        return format_money(value_ore, language, currency)
    millions = format_count(value_ore / 100_000_000, language, 1)
    unit = format_money(0, language, currency).replace("0", "").strip("\u00a0 ")
    return f"{millions}\u00a0{_MILLION[language]}\u00a0{unit}"


def format_share(value: float, language: str, decimals: int = 0) -> str:
    """Return a share from 0 to 1 as per cent.

    Examples
    --------
    >>> format_share(0.375, "sv").replace("\\xa0", " "), format_share(0.375, "en", 1)
    ('38 %', '37.5%')
    """
    space = "\u00a0" if language == "sv" else ""
    pattern = f"#,##0{'.' + '0' * decimals if decimals else ''}{space}%"
    return _with_minus(format_percent(value, format=pattern, locale=_LOCALES[language]))


def _with_minus(written: str) -> str:
    # A real minus sign: a hyphen is too short beside digits and lets the line break after it.
    return written.replace("-", "\u2212")


def format_day(value: date, language: str) -> str:
    """Return a date as it is written in running text.

    Examples
    --------
    >>> format_day(date(2026, 9, 15), "sv"), format_day(date(2026, 9, 15), "en")
    ('15 september 2026', '15 September 2026')
    """
    return format_date(value, format="d MMMM y", locale=_LOCALES[language])


def format_month(value: date, language: str) -> str:
    """Return the month of a date, such as ``september 2026``."""
    return format_date(value, format="LLLL y", locale=_LOCALES[language])


def format_period(value: Period | str, language: str) -> str:
    """Return a period as it is said.

    Examples
    --------
    >>> format_period("2026-T2", "sv"), format_period("2026-08", "en"), format_period("2026", "sv")
    ('tertial 2 2026', 'August 2026', '2026')
    """
    period = Period.parse(value) if isinstance(value, str) else value
    if period.kind is PeriodKind.MONTH:
        return format_month(period.start, language)
    if period.kind is PeriodKind.YEAR:
        return period.label
    return _PERIOD[language][period.kind].format(number=period.label[-1], year=period.start.year)


def join(values: Iterable[Any], language: str) -> str:
    """Return things as a list in running text: ``a, b och c``."""
    return format_list([str(value) for value in values], locale=_LOCALES[language])


def join_quoted(values: Iterable[Any], language: str) -> str:
    """Return names as a list in running text, each in quotation marks.

    Examples
    --------
    >>> join_quoted(["Skolval", "Betyg"], "sv"), join_quoted(["Grades"], "en")
    ('”Skolval” och ”Betyg”', '“Grades”')
    """
    opening, closing = _QUOTES[language]
    return join([f"{opening}{value}{closing}" for value in values], language)


class SentenceFormatter(string.Formatter):
    """Fills in a sentence; the specification after the colon says how a value is written.

    ``count``, ``decimal1``, ``decimal2``, ``money``, ``money_exact``, ``money_short``, ``share``, ``share1``, ``date``,
    ``iso``, ``month``, ``period``, ``list``, ``quoted``, ``word:GROUP``, ``plural:ONE|MANY`` and ``number:ONE|NONE``
    (a count in words up to twelve, with the words for 1 and 0; ``Number`` at the beginning of a sentence).
    """

    def __init__(self, language: str, look_up: Callable[[str, Any], str]) -> None:
        self._language = language
        self._look_up = look_up
        self._currency = "SEK"

    def vformat(self, format_string: str, args: Any, kwargs: Any) -> str:
        """Return the filled-in sentence; a value named ``currency`` sets the currency of its money."""
        self._currency = str(kwargs.get("currency", "SEK"))
        return super().vformat(format_string, args, kwargs)

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return one value as `format_spec` asks."""
        name, _, argument = format_spec.partition(":")
        if name == "word":
            return self._look_up(argument, value)
        if name == "plural":
            one, _, many = argument.partition("|")
            return one if value == 1 else many
        if name in ("number", "Number"):
            words = format_number(value, self._language, *argument.split("|"))
            return words[0].upper() + words[1:] if name == "Number" else words
        if name in _WRITERS:
            return _WRITERS[name](value, self._language, self._currency)
        return str(super().format_field(value, format_spec))


_WRITERS: dict[str, Callable[[Any, str, str], str]] = {
    "count": lambda value, language, _: format_count(value, language),
    "decimal1": lambda value, language, _: format_count(value, language, 1),
    "decimal2": lambda value, language, _: format_count(value, language, 2),
    "money": lambda value, language, currency: format_money(value, language, currency),
    "money_exact": lambda value, language, currency: format_money(value, language, currency, 2),
    "money_short": lambda value, language, currency: format_money_short(value, language, currency),
    "share": lambda value, language, _: format_share(value, language),
    "share1": lambda value, language, _: format_share(value, language, 1),
    "date": lambda value, language, _: format_day(value, language),
    "iso": lambda value, _, __: value.isoformat(),
    "month": lambda value, language, _: format_month(value, language),
    "period": lambda value, language, _: format_period(value, language),
    "quoted": lambda value, language, _: join_quoted(value, language),
    "list": lambda value, language, _: join(value, language),
}

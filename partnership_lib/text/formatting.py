"""How numbers, money, dates, periods and lists are written for a reader (Babel underneath)."""

from __future__ import annotations

import math
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
_SPACE_BEFORE_PER_CENT = {"sv": "\u00a0", "en": ""}
_MILLION = {"sv": "miljoner", "en": "million"}
_OVER = {"sv": "över", "en": "over"}
_LESS_THAN = {"sv": "mindre än", "en": "less than"}
_NUMBERS = {
    "sv": "noll en två tre fyra fem sex sju åtta nio tio elva tolv".split(),
    "en": "zero one two three four five six seven eight nine ten eleven twelve".split(),
}
_SPELLED_OUT = {"sv": (("%", "procent"), ("mnkr", "miljoner kronor")), "en": ()}
"""What running text spells out; tables and figures keep the signs."""
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


def format_measure(value: float, language: str) -> str:
    """Return a number as tables have it: whole where it is whole, one decimal from ten upwards, two below.

    Examples
    --------
    >>> [format_measure(value, "sv") for value in (75.0, 78.852, 0.9449)]
    ['75', '78,9', '0,94']
    """
    return format_count(value, language, 0 if float(value).is_integer() else 1 if abs(value) >= 10 else 2)


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
    '12,3 mnkr'
    """
    if abs(value_ore) < 100_000_000:
        return format_money(value_ore, language, currency)
    return f"{format_count(value_ore / 100_000_000, language, 1)}\u00a0{millions_unit(language, currency)}"


def format_millions(value_sek: float, language: str, currency: str = "SEK") -> str:
    """Return kronor (or the workspace's currency) as millions with one decimal: what a modelled amount can bear.

    Examples
    --------
    >>> format_millions(-1_540_000, "sv").replace("\\xa0", " "), format_millions(0, "en").replace("\\xa0", " ")
    ('−1,5 mnkr', '0.0 million SEK')
    """
    written = format_count(round(value_sek / 1e6, 1) + 0.0, language, 1)
    return f"{written}\u00a0{millions_unit(language, currency)}"


def millions_unit(language: str, currency: str = "SEK") -> str:
    """Return what millions of a currency are called.

    Examples
    --------
    >>> millions_unit("sv"), millions_unit("en").replace("\\xa0", " ")
    ('mnkr', 'million SEK')
    """
    if language == "sv" and currency == "SEK":
        return "mnkr"
    unit = format_money(0, language, currency).replace("0", "").strip("\u00a0 ")
    return f"{_MILLION[language]}\u00a0{unit}"


def spelled_out(written: str, language: str) -> str:
    """Return a written value as it stands in running text, where Swedish spells per cent and millions out.

    Examples
    --------
    >>> spelled_out("38 %", "sv"), spelled_out("12,3 mnkr", "sv"), spelled_out("38%", "en")
    ('38 procent', '12,3 miljoner kronor', '38%')
    """
    for sign, words in _SPELLED_OUT[language]:
        written = written.replace(sign, words)
    return written


def format_some_millions(value_sek: float, language: str, currency: str = "SEK") -> str:
    """Return an amount as it stands in running text: what one decimal cannot show is "less than".

    Examples
    --------
    >>> [format_some_millions(value, "sv").replace("\\xa0", " ") for value in (20_000, 80_000)]
    ['mindre än 0,1 mnkr', '0,1 mnkr']
    """
    if abs(value_sek) < 50_000:
        return f"{_LESS_THAN[language]} {format_millions(100_000, language, currency)}"
    return format_millions(value_sek, language, currency)


def format_plain(value: float, language: str) -> str:
    """Return a number of any magnitude: three digits that count, whole thousands kept, no empty decimals.

    Examples
    --------
    >>> [format_plain(value, "sv").replace("\\xa0", " ") for value in (0.00417, 0.5, 12.0, 1720, -0.05)]
    ['0,00417', '0,5', '12', '1 720', '−0,05']
    """
    decimals = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    pattern = f"#,##0.{'#' * decimals}" if decimals else "#,##0"
    return _with_minus(format_decimal(value, format=pattern, locale=_LOCALES[language]))


def format_share(value: float, language: str, decimals: int = 0) -> str:
    """Return a share from 0 to 1 as per cent.

    Examples
    --------
    >>> format_share(0.375, "sv").replace("\\xa0", " "), format_share(0.375, "en", 1)
    ('38 %', '37.5%')
    """
    pattern = f"#,##0{'.' + '0' * decimals if decimals else ''}{_SPACE_BEFORE_PER_CENT[language]}%"
    return _with_minus(format_percent(value, format=pattern, locale=_LOCALES[language]))


def format_plain_share(value: float, language: str) -> str:
    """Return a share as per cent where it stands among numbers of any magnitude: no empty decimals.

    Examples
    --------
    >>> [format_plain_share(value, "sv").replace("\\xa0", " ") for value in (0.41, 0.065, 0.00681, -0.00001)]
    ['41 %', '6,5 %', '0,68 %', '0 %']
    """
    decimals = 1 if abs(value) >= 0.01 else 2
    pattern = f"#,##0.{'#' * decimals}{_SPACE_BEFORE_PER_CENT[language]}%"
    rounded = round(value, decimals + 2) + 0.0  # no minus before a zero
    return _with_minus(format_percent(rounded, format=pattern, locale=_LOCALES[language]))


def format_chance(value: float, language: str) -> str:
    """Return a probability as whole per cent; one that only rounds to none or to all is not said to be so.

    Examples
    --------
    >>> [format_chance(value, "en") for value in (0.0, 0.004, 0.5, 0.998)]
    ['0%', 'under 1%', '50%', 'over 99%']
    """
    if 0 < value < 0.005:
        return f"under {format_share(0.01, language)}"
    if 0.995 < value < 1:
        return f"{_OVER[language]} {format_share(0.99, language)}"
    return format_share(value, language)


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

    ``count``, ``decimal1``, ``decimal2``, ``measure``, ``plain``, ``money``, ``money_exact``, ``money_short`` (of öre),
    ``millions`` (of kronor), ``share``, ``share1``, ``chance``, ``date``, ``iso``, ``month``, ``period``, ``list``,
    ``quoted``, ``word:GROUP``, ``words:GROUP`` (a list of codes), ``plural:ONE|MANY`` and ``number:ONE|NONE`` (a count
    in words up to twelve, with the words for 1 and 0; ``Number`` at the beginning of a sentence).
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
        if name == "words":
            return join([self._look_up(argument, code) for code in value], self._language)
        if name == "plural":
            one, _, many = argument.partition("|")
            return one if value == 1 else many
        if name in ("number", "Number"):
            words = format_number(value, self._language, *argument.split("|"))
            return words[0].upper() + words[1:] if name == "Number" else words
        if name in _WRITERS:
            return spelled_out(_WRITERS[name](value, self._language, self._currency), self._language)
        return str(super().format_field(value, format_spec))


_WRITERS: dict[str, Callable[[Any, str, str], str]] = {
    "count": lambda value, language, _: format_count(value, language),
    "decimal1": lambda value, language, _: format_count(value, language, 1),
    "decimal2": lambda value, language, _: format_count(value, language, 2),
    "measure": lambda value, language, _: format_measure(value, language),
    "plain": lambda value, language, _: format_plain(value, language),
    "millions": lambda value, language, currency: format_some_millions(value, language, currency),
    "money": lambda value, language, currency: format_money(value, language, currency),
    "money_exact": lambda value, language, currency: format_money(value, language, currency, 2),
    "money_short": lambda value, language, currency: format_money_short(value, language, currency),
    "share": lambda value, language, _: format_share(value, language),
    "chance": lambda value, language, _: format_chance(value, language),
    "share1": lambda value, language, _: format_share(value, language, 1),
    "date": lambda value, language, _: format_day(value, language),
    "iso": lambda value, _, __: value.isoformat(),
    "month": lambda value, language, _: format_month(value, language),
    "period": lambda value, language, _: format_period(value, language),
    "quoted": lambda value, language, _: join_quoted(value, language),
    "list": lambda value, language, _: join(value, language),
}

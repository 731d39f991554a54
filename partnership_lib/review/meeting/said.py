"""What the room says, in the reader's language: sentences, short days, names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from babel.dates import format_date

from partnership_lib import text
from partnership_lib.units.dates import SWEDISH_TIME

_LOCALES = {"sv": "sv_SE", "en": "en_GB"}


@dataclass(frozen=True)
class Said:
    """Writes the sentences of the room for one reader on one day."""

    language: str
    today: date

    def say(self, code: str, **values: Any) -> str:
        """Return the sentence under ``meeting_room.<code>``."""
        return text.sentence(f"meeting_room.{code}", values, self.language)

    def word(self, group: str, code: str) -> str:
        """Return the word for a code with a capital letter, as it stands in a list of choices."""
        word = text.word(group, code, self.language)
        return word[:1].upper() + word[1:]

    def plain_word(self, group: str, code: str) -> str:
        """Return the word for a code as it stands inside a sentence."""
        return text.word(group, code, self.language)

    def day(self, day: date | None) -> str:
        """Return a day as it is said in a meeting, with its year only when that is not this year's.

        Examples
        --------
        >>> said = Said("sv", date(2026, 9, 15))
        >>> said.day(date(2026, 10, 15)), said.day(date(2027, 9, 1)), said.day(None)
        ('15 okt', '1 sep 2027', 'inget datum')
        """
        if day is None:
            return self.say("no_day")
        return _short(day, self.language, with_year=day.year != self.today.year)


@cache
def _short(day: date, language: str, *, with_year: bool) -> str:
    # The same few days are said hundreds of times, and Babel takes its time for each.
    pattern = "d MMM y" if with_year else "d MMM"
    return format_date(day, format=pattern, locale=_LOCALES[language]).replace(".", "")


def clock_time(at_utc: str, said: Said, now_utc: str) -> str:
    """Return an instant in UTC as the clock on a Swedish wall, with its day unless that is today.

    Examples
    --------
    >>> said = Said("sv", date(2026, 9, 15))
    >>> clock_time("2026-09-15T12:02:00Z", said, "2026-09-15T13:00:00Z")
    '14.02'
    """
    instant, now = _swedish(at_utc), _swedish(now_utc)
    if instant is None or now is None:
        return at_utc
    clock = f"{instant:%H.%M}" if said.language == "sv" else f"{instant:%H:%M}"
    return clock if instant.date() == now.date() else f"{said.day(instant.date())} {clock}"


def _swedish(at_utc: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at_utc.replace("Z", "+00:00")).astimezone(SWEDISH_TIME)
    except ValueError:
        return None

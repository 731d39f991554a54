"""The columns of the workbook that the supplier answers in, and the words that can be written as a status."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from partnership_lib import text
from partnership_lib.domain import ActivityKind, Level, Party
from partnership_lib.files.forms import Opens
from partnership_lib.register.exchange.layout import CellKind, TemplateColumn, plain
from partnership_lib.register.values import CellError


class AnswerStatus(StrEnum):
    """What the supplier says about an activity."""

    ONGOING = "ongoing"
    DONE = "done"
    MOVED = "moved"
    WITHDRAW = "withdraw"


_SYNONYMS = {
    AnswerStatus.ONGOING: ("open", "öppen", "pågående", "försenad", "overdue", "in progress", "ej klar", "not done"),
    AnswerStatus.DONE: (
        *("klart", "färdig", "färdigt", "avslutad", "genomförd", "completed", "complete", "finished"),
        *("✔", "✔\ufe0f", "✓", "☑", "☑\ufe0f", "✅"),
    ),
    AnswerStatus.MOVED: ("flyttas", "flyttad", "senareläggs", "postponed", "move", "moved"),
    AnswerStatus.WITHDRAW: ("stryks", "struken", "withdrawn", "withdraw"),
}


@dataclass(frozen=True)
class AnswerColumn:
    """A column of the workbook: how its cells are read, how wide it is, and in which rows it can be filled in.

    Attributes
    ----------
    is_field : bool
        Whether it carries a field of the activity, which is merged; the others are said beside it.
    """

    template: TemplateColumn
    width: float
    opens: Opens
    is_field: bool = True

    @property
    def name(self) -> str:
        """Return the code of the column."""
        return self.template.name

    def heading(self, language: str) -> str:
        """Return the heading in a language."""
        key = f"template.activities.{self.name}.heading"
        return text.sentence(key if text.has(key, language) else f"answer_column.{self.name}", {}, language)


def _word(name: str, group: str, codes: type[StrEnum]) -> TemplateColumn:
    return TemplateColumn(name, CellKind.WORD, required=True, words=group, codes=tuple(code.value for code in codes))


def _date(name: str) -> TemplateColumn:
    return TemplateColumn(name, CellKind.DATE)


COLUMNS: tuple[AnswerColumn, ...] = (
    AnswerColumn(TemplateColumn("id", CellKind.IDENTIFIER, required=True), 19, Opens.NEVER, is_field=False),
    AnswerColumn(TemplateColumn("title", required=True), 46, Opens.ALWAYS),
    AnswerColumn(_word("level", "level", Level), 12, Opens.NEW_ROWS),
    AnswerColumn(_word("kind", "activity_kind", ActivityKind), 13, Opens.NEW_ROWS),
    AnswerColumn(_word("raised_by", "party", Party), 14, Opens.NEVER),
    AnswerColumn(_date("raised_date"), 12, Opens.NEW_ROWS),
    AnswerColumn(TemplateColumn("parent_id", CellKind.IDENTIFIER), 13, Opens.NEW_ROWS),
    AnswerColumn(TemplateColumn("buyer_responsible_id", CellKind.PERSON), 19, Opens.NEVER),
    AnswerColumn(TemplateColumn("supplier_responsible_id", CellKind.PERSON), 19, Opens.ALWAYS),
    AnswerColumn(_word("status", "answer_status", AnswerStatus), 18, Opens.ALWAYS, is_field=False),
    AnswerColumn(_date("due_date"), 13, Opens.ALWAYS),
    AnswerColumn(TemplateColumn("move_reason"), 28, Opens.ALWAYS, is_field=False),
    AnswerColumn(_date("done_date"), 13, Opens.ALWAYS),
    AnswerColumn(TemplateColumn("evidence"), 28, Opens.ALWAYS),
    AnswerColumn(TemplateColumn("comment"), 38, Opens.ALWAYS, is_field=False),
    AnswerColumn(TemplateColumn("row_key"), 10, Opens.NEVER, is_field=False),
)

FIELDS = tuple(column for column in COLUMNS if column.is_field)
BY_NAME = {column.name: column for column in COLUMNS}
PREFILLED = ("id", "raised_by", "row_key")
"""What stands in the rows for new activities before anybody has written in them."""


def column_heading(name: str, language: str) -> str:
    """Return the heading of a column by its code; the name itself where the workbook has no such column."""
    return BY_NAME[name].heading(language) if name in BY_NAME else name


@cache
def known_headings() -> dict[str, tuple[AnswerColumn, str]]:
    """Return the column and the language of every heading: both languages, and the codes."""
    known = {}
    for column in COLUMNS:
        known[plain(column.name)] = (column, "")
        for language in reversed(text.LANGUAGES):
            known[plain(column.heading(language))] = (column, language)
    return known


@cache
def _status_words() -> dict[str, AnswerStatus]:
    words = {plain(word): status for status, several in _SYNONYMS.items() for word in several}
    for status in AnswerStatus:
        words[plain(status)] = status
        for language in text.LANGUAGES:
            words[plain(text.word("answer_status", status, language))] = status
    return words


def status_of(written: str) -> AnswerStatus:
    """Return the status that a word stands for, in either language, however its case and spaces are typed.

    Raises
    ------
    CellError
        ``answer_status_unknown``.

    Examples
    --------
    >>> status_of("Klart "), status_of("✔"), status_of("in progress")
    (<AnswerStatus.DONE: 'done'>, <AnswerStatus.DONE: 'done'>, <AnswerStatus.ONGOING: 'ongoing'>)
    """
    status = _status_words().get(plain(written))
    if status is None:
        raise CellError("answer_status_unknown")
    return status


def nearest_status(written: str, language: str) -> str:
    """Return the word of the status that was probably meant, or all of them."""
    close = difflib.get_close_matches(plain(written), _status_words(), n=1, cutoff=0.6)
    meant = [_status_words()[each] for each in close] or list(AnswerStatus)
    return ", ".join(text.word("answer_status", status, language) for status in meant)

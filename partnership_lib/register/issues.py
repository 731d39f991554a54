"""What is wrong in a row that came from outside: file, row, column, found, allowed."""

from __future__ import annotations

from dataclasses import dataclass

from partnership_lib import text
from partnership_lib.errors import InputError


@dataclass(frozen=True)
class RowIssue:
    """Why a row could not be taken, or what should be looked at in it.

    Attributes
    ----------
    row : int
        Row in the file as a spreadsheet shows it: the headings stand on row 1.
    code : str
        Name of the sentence, under ``error.`` in `text`.
    """

    file: str
    row: int
    column: str
    found: str
    allowed: str
    code: str

    def sentence(self, language: str) -> str:
        """Return the issue as a sentence in ``sv`` or ``en``."""
        return text.describe(self.as_error(), language)

    def as_error(self) -> InputError:
        """Return the issue as an error of the family, for those who show errors."""
        return InputError(
            self.code, file=self.file, row=self.row, column=self.column, found=self.found, allowed=self.allowed
        )

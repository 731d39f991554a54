"""Everything that is wrong with a file told at once, each with its line."""

from __future__ import annotations

from collections.abc import Sequence

from partnership_lib.decision.cases.document import CaseIssue
from partnership_lib.errors import InputError


def refuse(code: str, where: str, issues: Sequence[CaseIssue]) -> None:
    """Do nothing where there are no issues.

    Raises
    ------
    InputError
        `code` with ``problems``: an `InputError` for each issue, in the order of the files' lines.
    """
    if issues:
        ordered = sorted(set(issues), key=lambda issue: (issue.file, issue.line, issue.key, issue.code))
        raise InputError(code, file=where, count=len(ordered), problems=tuple(map(as_error, ordered)))


def as_error(issue: CaseIssue) -> InputError:
    """Return an issue as an error of the family, for those who show errors."""
    return InputError(
        issue.code, file=issue.file, line=issue.line, key=issue.key, found=issue.found, allowed=issue.allowed
    )

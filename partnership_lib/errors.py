"""The error family: a code and named values; `text.describe` turns them into a sentence."""

from __future__ import annotations

from typing import Any


class PartnershipError(Exception):
    """Base of every error that the workbench raises on purpose.

    Parameters
    ----------
    code : str
        Stable name such as ``"unknown_agreement"``; the sentence stands under it in `text`.
    **values : Any
        What was found, where and what is allowed. Ends up in the sentence and in ``--json``.

    Examples
    --------
    >>> str(UsageError("unknown_agreement", agreement="A-9", allowed="A-1, A-2"))
    "unknown_agreement: agreement='A-9', allowed='A-1, A-2'"
    """

    exit_code = 1

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code}: {values}" if values else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders (guarded readers, report workers) and must keep their values.
        return _rebuild, (type(self), self.code, self.values)


def _rebuild(kind: type[PartnershipError], code: str, values: dict[str, Any]) -> PartnershipError:
    return kind(code, **values)


class UsageError(PartnershipError):
    """The call was wrong: unknown agreement, period, option, parameter."""

    exit_code = 2


class InputError(PartnershipError):
    """A file or a value from outside cannot be taken; nothing of it was stored."""

    exit_code = 2


class StorageError(PartnershipError):
    """The register or the warehouse could not be read or written; nothing was saved."""


class ConflictError(StorageError):
    """Somebody else saved the same row first; both texts are in the values."""


class ReportError(PartnershipError):
    """A report could not be made; nothing was published."""

"""What reading one input came to: taken, refused with a sentence, stopped by the guard, or an escape."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.errors import PartnershipError

TAKEN, REFUSED, STOPPED, ESCAPED = b"t", b"r", b"s", b"e"


@dataclass(frozen=True)
class Escape:
    """Something that is none of our errors and came out of a reader."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} at {self.where}: {self.what}"


def judged(read: Callable[[Any], object], given: Any, *, guarded: bool = False) -> tuple[bytes, Escape | None]:
    """Return the verdict on one input. What a guarded reader may do is run out of memory, or be
    refused by the file system: the guard has a sentence for both."""
    try:
        read(given)
    except PartnershipError as error:
        return _said(error)
    except MemoryError as error:
        return (STOPPED, None) if guarded else (ESCAPED, _escape(error))
    except OSError as error:
        return (REFUSED, None) if guarded and error.errno is not None else (ESCAPED, _escape(error))
    except BaseException as error:  # noqa: BLE001 - Rust panics and exits are what is looked for
        return ESCAPED, _escape(error)
    return TAKEN, None


def _said(error: PartnershipError) -> tuple[bytes, Escape | None]:
    """A refusal must become a sentence in both languages, that any terminal and page can show."""
    try:
        for language in text.LANGUAGES:
            if not text.has(f"error.{error.code}", language):
                raise KeyError(f"error.{error.code}")
            text.describe(error, language).encode()
    except Exception as failure:  # noqa: BLE001
        return ESCAPED, _escape(failure, f"while saying {error.code}")
    return REFUSED, None


def _escape(error: BaseException, during: str = "") -> Escape:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "partnership_lib" in f.filename]
    last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return Escape(type(error).__name__, f"{where} {during}".strip(), ascii(str(error))[:160])

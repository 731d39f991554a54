"""What reading a ledger file came to: every row and every öre counted where it happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from partnership_lib.ledger.parts import Part


@dataclass
class FileReading:
    """What reading a file came to. Everything is counted where it happens and reconciled at the end.

    Attributes
    ----------
    unparseable_amounts : int
        Quarantined rows whose amount could not be read, so that no öre are counted for them.
    non_data_kinds : Counter
        Rows without data: ``title``, ``separator_hint``, ``blank``, ``repeated_header``, ``total``.
    reasons : Counter
        Why rows were quarantined.
    notes : list of (str, dict)
        Code and values of things to know about the file.
    headings, separator
        How its rows were split, so that a quarantined one can be laid out again; rows of JSON have no separator.
    corrects, replaces, mended_ore
        Hash of the file whose quarantined rows come back corrected in this one; hashes of the workbooks that did so
        before and that this one holds wholly; and the öre that the rows had been counted as in quarantine.
    profile_content : dict
        The profile, where rows wait in quarantine to be read once more.
    """

    name: str
    sha256: str
    profile: str
    size: int
    already_imported: bool = False
    records: int = 0
    header: int = 0
    non_data: int = 0
    accepted: int = 0
    quarantined: int = 0
    accepted_ore: int = 0
    quarantined_ore: int = 0
    unparseable_amounts: int = 0
    first_date: date | None = None
    last_date: date | None = None
    non_data_kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    parts: tuple[Part, ...] = ()
    quarantine: str = ""
    headings: tuple[str, ...] = ()
    separator: str = ""
    corrects: str = ""
    replaces: tuple[str, ...] = ()
    mended_ore: int = 0
    profile_content: dict[str, Any] = field(default_factory=dict)

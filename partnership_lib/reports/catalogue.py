"""The kinds of report and the notebooks that they are made from."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from partnership_lib.errors import UsageError
from partnership_lib.reports.seals import sealed_notebook

NEVER = "never"
"""The rhythm of a report that is made when somebody asks for it, and not by the calendar."""


@dataclass(frozen=True)
class ReportKind:
    """All that the workbench knows of a kind of report: a new kind is one row more in `KINDS`, and its notebook.

    Attributes
    ----------
    name : str
        Its name; that of its notebook too, of its word in ``report_kind`` and of its title.
    subject : str
        What one report is about: ``agreement``, ``meeting`` (of an agreement), ``case``, or nothing in particular.
    parameters : Mapping of str to type
        The parameters that its notebook must declare. What a request does not say has the empty value of its type.
    audiences : tuple of str
        For whom it can be made; a kind without ``shared`` never leaves the municipality.
    inputs : tuple of str
        What it is made from: names in `sources.SOURCES`.
    rhythm : str
        How often the calendar asks for it unless ``partnership.toml`` says otherwise: a kind of period, ``never``, or
        ``agreement`` for the rhythm that the register has for each agreement.
    only_partnerships : bool
        Whether it is about agreements that are partnerships, and about no others.
    """

    name: str
    subject: str
    parameters: Mapping[str, type]
    audiences: tuple[str, ...]
    inputs: tuple[str, ...]
    rhythm: str = NEVER
    only_partnerships: bool = False

    @property
    def notebook(self) -> str:
        """Return the file name of its notebook."""
        return f"{self.name}.ipynb"

    @property
    def of_the_moment(self) -> bool:
        """Return whether it is made of what stands now: its period is the month of the as-of date, and never due."""
        return not self.of_a_period and self.subject != "meeting"

    @property
    def of_a_period(self) -> bool:
        """Return whether it is about a period, so that the calendar can ask for it."""
        return "period" in self.parameters


_COMMON = {"workspace": str, "language": str, "as_of": str}
_OF_PERIOD = _COMMON | {"period": str}
_OF_AGREEMENT = _OF_PERIOD | {"agreement": str, "audience": str}
_OF_PARTNERSHIP = _OF_PERIOD | {"agreement": str}
_OF_MEETING = _COMMON | {"agreement": str, "meeting": str, "audience": str}
_OF_CASE = _COMMON | {"case": str, "audience": str}
_OF_RULES = _COMMON | {"case": str, "rules": str, "max_agreements": int}
_INTERNAL, _BOTH = ("internal",), ("internal", "shared")

# In the order in which the list of reports shows them.
_ROWS = (
    ReportKind(
        "portfolio", "", _OF_PERIOD, _INTERNAL, ("register", "ledger", "procurement_planning"), rhythm="tertial"
    ),
    ReportKind("spend", "", _OF_PERIOD, _INTERNAL, ("register", "ledger", "excluded_accounts")),
    ReportKind("follow_up", "agreement", _OF_AGREEMENT, _BOTH, ("register", "ledger"), rhythm="agreement"),
    ReportKind(
        "outcome",
        "agreement",
        _OF_PARTNERSHIP,
        _INTERNAL,
        ("whole_register", "ledger", "outcome_rules"),
        only_partnerships=True,
    ),
    ReportKind("outcome_programme", "", _OF_PERIOD, _INTERNAL, ("register", "ledger", "outcome_rules")),
    ReportKind("agenda", "meeting", _OF_MEETING, _BOTH, ("register", "ledger", "calendar")),
    # Minutes show no figure of the ledger but those that the decisions have kept.
    ReportKind("minutes", "meeting", _OF_MEETING, _BOTH, ("register", "calendar")),
    ReportKind("comparison", "case", _OF_CASE, _BOTH, ("case",)),
    ReportKind("consolidation", "", _OF_RULES, _INTERNAL, ("register", "ledger", "consolidation")),
)

KINDS: Mapping[str, ReportKind] = MappingProxyType({kind.name: kind for kind in _ROWS})


def find_kind(name: str) -> ReportKind:
    """Return the report kind called `name`.

    Raises
    ------
    UsageError
        ``unknown_report_kind`` with the kinds there are.
    """
    if name not in KINDS:
        raise UsageError("unknown_report_kind", found=name, allowed=", ".join(nearest_first(name, KINDS)))
    return KINDS[name]


def nearest_first(found: str, allowed: Iterable[str]) -> list[str]:
    """Return what is allowed with what looks most like `found` first.

    Examples
    --------
    >>> nearest_first("a-01", ["A-061", "A-001", "B-7"])
    ['A-001', 'A-061', 'B-7']
    """
    return sorted(allowed, key=lambda name: (-_likeness(found, name), name))


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


@dataclass(frozen=True)
class Template:
    """A notebook as it is stored: its bytes are what the report's input hash stands on."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the stored file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def notebook(self) -> dict[str, Any]:
        """Return the notebook as plain JSON."""
        loaded: dict[str, Any] = json.loads(self.content)
        return loaded


def read_template(kind: ReportKind) -> Template:
    """Return the notebook of a report kind, as it travels in the installed package or stands in the repository.

    Raises
    ------
    ReportError
        ``notebook_missing`` with the file's name, ``notebook_altered`` when it is not the one that was released.
    """
    return Template(kind.notebook, sealed_notebook(kind.notebook))

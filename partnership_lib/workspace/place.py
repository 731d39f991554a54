"""An open workspace: its folders, its day and its language, and one-line questions to what it holds."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.domain import Agreement, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.text import LANGUAGES
from partnership_lib.units.dates import day_in_sweden, parse_date
from partnership_lib.units.period import Period
from partnership_lib.workspace.asked import ASKED
from partnership_lib.workspace.periods import as_period
from partnership_lib.workspace.settings import SETTINGS_FILE, Settings, find_root, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from partnership_lib.analysis.meeting_pack import ProposedMeeting
    from partnership_lib.decision.cases.records import Case
    from partnership_lib.decision.measures.comparison import Comparison
    from partnership_lib.display.view import View
    from partnership_lib.domain import Meeting, Need, Organisation
    from partnership_lib.findings import Analysis, Chart
    from partnership_lib.ledger.warehouse import Warehouse
    from partnership_lib.register.store import Register
    from partnership_lib.workspace.material.agreement import Agreements, OneAgreement
    from partnership_lib.workspace.material.cases import Cases
    from partnership_lib.workspace.material.ledger import Ledger
    from partnership_lib.workspace.material.selection import Activities, Meetings, Records
    from partnership_lib.workspace.material.shelf import Shelf

DATABASE_VARIABLE = "PARTNERSHIP_DATABASE_URL"


@dataclass(frozen=True, repr=False)
class Workspace:
    """An open workspace: a table of contents of what can be asked. In a notebook, show it and see.

    Three kinds of answers come back. Some records or ledger lines: call them to narrow them, and ``.frame`` is the data
    frame. A report, as `partnership report` makes it: every section is an attribute, ``.table`` its first table, and
    ``numbers()`` everything that it says. Plain frames. What a column means, `partnership_lib.dictionary` tells.

    Attributes
    ----------
    root : pathlib.Path
        The folder that holds ``partnership.toml``.
    as_of : datetime.date
        The day that every question about time is asked of.
    language : str
        ``sv`` or ``en``.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> ws.agreement("A-001").activities(level="tactical").overdue().frame["id"].tolist()
    ['A-001-205', 'A-001-211']
    >>> ws.ledger(2025).by("supplier")["supplier"].iloc[0]
    'Matvakten Grossist AB'
    >>> report = ws.follow_up("A-001", "2026-T2")
    >>> report.activities.table.columns.tolist()[:3]
    ['level', 'agreed', 'done_before']
    >>> report.activities["activities_tactical"].sentence("en")
    'One of seven remaining tactical activities is overdue by 94 days. One was finished in the period.'
    """

    root: Path
    settings: Settings
    as_of: date
    language: str

    @property
    def currency(self) -> str:
        """Return the currency that money is in; ``*_ore`` is its minor unit."""
        return self.settings.currency

    @property
    def reports_folder(self) -> Path:
        """Return the folder that reports are published in."""
        return self.root / "reports"

    @property
    def ledger_folder(self) -> Path:
        """Return the folder of the ledger warehouse."""
        return self.root / "data" / "ledger"

    @property
    def quarantine_folder(self) -> Path:
        """Return the folder that refused register rows are kept in."""
        return self.root / "data" / "quarantine"

    @property
    def register_url(self) -> str:
        """Return the address of the register: SQLite in the workspace unless the environment names another."""
        return os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{self.root / 'data' / 'register.sqlite'}"

    @cached_property
    def register(self) -> Register:
        """Return the register, opened (and made or brought up to date) at first use."""
        from partnership_lib.register.store import Register

        return Register.open(self.register_url)

    @cached_property
    def warehouse(self) -> Warehouse:
        """Return the ledger warehouse."""
        from partnership_lib.ledger.warehouse import Warehouse

        return Warehouse(self.ledger_folder, self.settings.engine)

    def content(self) -> RegisterContent:
        """Return everything in the register as it stands now; read anew only when its trail of changes has grown."""
        head = self.register.audit_head()  # asked first: what is saved meanwhile is read again, never overlooked
        held: tuple[tuple[int, str], RegisterContent] | None = self.__dict__.get("_held_content")
        if held is None or held[0] != head:
            held = self.__dict__["_held_content"] = (head, self.register.load())
        return held[1]

    def ledger_lines(self, content: RegisterContent) -> Any:
        """Return the ledger lines (Ibis table), those of an accepted alias with the supplier that it is."""
        from partnership_lib.analysis.suppliers.aliases import with_aliases

        return with_aliases(self.warehouse.lines(), content.supplier_aliases)

    def matched_lines(self, content: RegisterContent) -> Any:
        """Return the ledger lines (Ibis table) with the agreements that each can belong to."""
        from partnership_lib.analysis.matching import agreement_segments, match_lines

        return match_lines(self.ledger_lines(content), agreement_segments(content))

    @property
    def records(self) -> Shelf:
        """Return everything in the register by kind: ``ws.records.risks.frame``."""
        from partnership_lib.workspace.material.shelf import Shelf

        return Shelf(self, self.content())

    @property
    def agreements(self) -> Agreements:
        """Return all agreements: ``ws.agreements.in_force().frame``, ``ws.agreements["A-001"]``."""
        from partnership_lib.workspace.material.agreement import Agreements

        return Agreements(self, "agreements", self.content().agreements)

    def agreement(self, agreement: str) -> OneAgreement:
        """Return one agreement with all that is its own: activities, meetings, sign-offs, risks, spend, ledger lines.

        Raises
        ------
        UsageError
            ``unknown_agreement`` with the nearest that there are.
        """
        from partnership_lib.workspace.material.agreement import OneAgreement
        from partnership_lib.workspace.material.nearest import nearest

        content = self.content()
        record = content.find(Agreement, agreement)
        if record is None:
            allowed = nearest(agreement, [each.id for each in content.agreements]) or "–"
            raise UsageError("unknown_agreement", agreement=agreement, allowed=allowed)
        return OneAgreement(self, record)

    @property
    def activities(self) -> Activities:
        """Return the activities of all agreements: ``ws.activities(level="tactical").overdue().frame``."""
        from partnership_lib.workspace.material.selection import Activities

        return Activities(self, "activities", self.content().activities)

    @property
    def meetings(self) -> Meetings:
        """Return the meetings of all agreements: ``ws.meetings.held().frame``."""
        from partnership_lib.workspace.material.selection import Meetings

        return Meetings(self, "meetings", self.content().meetings)

    @property
    def suppliers(self) -> Records[Organisation]:
        """Return the suppliers in the register; those of the ledger: ``ws.ledger.by("supplier")``."""
        return self.records.organisations(party="supplier")

    @property
    def needs(self) -> Records[Need]:
        """Return the needs that agreements cover."""
        return self.records.needs

    @property
    def ledger(self) -> Ledger:
        """Return the ledger lines: ``ws.ledger(2025).by("supplier")``, ``ws.ledger(agreement="A-001").frame``."""
        from partnership_lib.workspace.material.ledger import Ledger

        return Ledger(self)

    @property
    def cases(self) -> Cases:
        """Return the cases in ``data/cases`` by name: ``ws.cases["skoladministration"]``, ``ws.cases.frame``."""
        from partnership_lib.workspace.material.cases import Cases

        return Cases(self)

    @property
    def assumptions(self) -> pd.DataFrame:
        """Return what every comparison assumes unless its case says otherwise, with sources and who confirmed it."""
        from partnership_lib.workspace.material.cases import assumptions_frame

        return assumptions_frame(self)

    def check(self) -> pd.DataFrame:
        """Return what is wrong, missing or close to a limit in register and ledger: what ``partnership check`` says."""
        from partnership_lib.workspace.material.checked import check_frame

        return check_frame(self)

    def agreement_spend(self, agreement: str, content: RegisterContent | None = None) -> pd.DataFrame:
        """Return spend per month of one agreement: month, certain_ore, possible_ore, lines."""
        from partnership_lib.analysis.matching import agreement_segments, agreement_spend

        content = content or self.content()
        spend = agreement_spend(self.ledger_lines(content), agreement_segments(content))
        chosen = spend[spend["agreement_id"] == agreement]
        return chosen.drop(columns="agreement_id").reset_index(drop=True)

    def follow_up(self, agreement: str, period: str | int | Period, audience: str = "internal") -> Analysis:
        """Return the follow-up of an agreement in a period, for the ``internal`` or the ``shared`` audience."""
        from partnership_lib.analysis.follow_up import follow_up
        from partnership_lib.analysis.matching import agreement_segments, agreement_spend
        from partnership_lib.analysis.promise import spend_beside

        content = self.content()
        spend = agreement_spend(self.ledger_lines(content), agreement_segments(content))
        return follow_up(
            content,
            spend[spend["agreement_id"] == agreement].drop(columns="agreement_id").reset_index(drop=True),
            agreement,
            as_period(period),
            self.as_of,
            audience=audience,
            currency=self.currency,
            beside_ore=spend_beside(content, spend, agreement),
        )

    def __dir__(self) -> list[str]:
        return list(ASKED)

    def __repr__(self) -> str:
        name = self.settings.name or self.root.name
        return f"workspace {name}, as of {self.as_of}; ask for: {', '.join(ASKED)}"

    def agenda(self, agreement: str, meeting: str | None = None, audience: str = "internal") -> Analysis:
        """Return the agenda of a meeting, the next one planned unless it is named."""
        from partnership_lib.analysis.meeting_pack import agenda

        content = self.content()
        spend = self.agreement_spend(agreement, content)
        return agenda(content, spend, agreement, meeting or None, self.as_of, audience, self.currency)

    def minutes(self, agreement: str, meeting: str | None = None, audience: str = "internal") -> Analysis:
        """Return the minutes of a meeting that was held, the latest one unless it is named."""
        from partnership_lib.analysis.meeting_pack import minutes

        return minutes(self.content(), agreement, meeting or None, self.as_of, audience, self.currency)

    def proposed_meetings(self, agreement: str, months: int = 12) -> list[ProposedMeeting]:
        """Return the meetings that the working order asks for and that nobody has planned, the nearest first."""
        from partnership_lib.analysis.meeting_pack import proposed_meetings

        return proposed_meetings(self.content(), agreement, self.as_of, months=months)

    def plan_meetings(self, proposals: Sequence[ProposedMeeting], *, actor: str) -> list[Meeting]:
        """Return the meetings that were written into the register as planned, out of proposals."""
        from partnership_lib.analysis.meeting_pack import planned_records

        records = planned_records(proposals, self.content())
        if records:
            self.register.save(records, actor=actor)
        return records

    def portfolio(self, period: str | int | Period) -> Analysis:
        """Return the follow-up of all agreements together in a period."""
        from partnership_lib.analysis.matching import portfolio_spend
        from partnership_lib.analysis.portfolio import portfolio
        from partnership_lib.workspace.procurement_planning import procurement_planning

        content = self.content()
        spend = portfolio_spend(self.matched_lines(content))
        planning = procurement_planning(self)
        return portfolio(content, spend, as_period(period), self.as_of, self.currency, planning)

    def spend(self, period: str | int | Period) -> Analysis:
        """Return what is bought, from whom and under which agreements, in the twelve months to the end of a period."""
        from partnership_lib.analysis.ledger_quality import ledger_quality_section
        from partnership_lib.analysis.spend import spend_analysis
        from partnership_lib.ledger.quality import ledger_quality_of

        content = self.content()
        quality = ledger_quality_section(ledger_quality_of(self.warehouse), self.as_of, self.currency)
        lines = self.ledger_lines(content)
        excluded = self.settings.excluded_accounts
        return spend_analysis(content, lines, as_period(period), self.as_of, self.currency, quality, excluded)

    def import_ledger(
        self, *files: Path | str, profile: str | Path | None = None, period: str = "", dry_run: bool = False
    ) -> pd.DataFrame:
        """Return what became of each ledger file that was brought in; all come in, or none.

        `profile` is a shipped profile's name or a profile file, `period` that of files without dates; with `dry_run`
        nothing is kept.
        """
        from partnership_lib.workspace.ledger_import import import_files

        return import_files(self, files, profile, period=period, dry_run=dry_run)

    def case_name(self, path: Path | str) -> str:
        """Return the name of the case in a file of ``data/cases``; a report must find it again by that name."""
        from partnership_lib.workspace.case_files import case_name

        return case_name(self.root, path)

    def case(self, path: Path | str) -> Case:
        """Return the case in a file, with the workspace's assumptions; what is wrong in it is told with its line."""
        from partnership_lib.workspace.case_files import open_case

        return open_case(self.root, path)

    def compare(
        self, case: Case | Path | str, *, quick: bool = False, progress: Callable[[str], None] | None = None
    ) -> Comparison:
        """Return what the plans of a case (or of a case file) cost: fragmented as today against consolidated.

        `quick` computes fewer random futures than the case asks for; the answer shows its larger error.
        """
        from partnership_lib.workspace.comparisons import compare_case

        return compare_case(self, case, quick=quick, progress=progress)

    def comparison(self, case: Comparison | Path | str, audience: str = "internal") -> Analysis:
        """Return a comparison (or that of a case file) as findings for the ``internal`` or the ``shared`` audience."""
        from partnership_lib.decision.measures.comparison import Comparison
        from partnership_lib.decision.report import comparison_report

        answer = case if isinstance(case, Comparison) else self.compare(case)
        return comparison_report(answer, audience, self.currency, self.as_of)

    def draft_case(self, agreements: Sequence[str], form: str = "", start: date | None = None, rules: str = "") -> str:
        """Return the text of a case drafted from agreements in the register, with last year's spend.

        `form` (a name in the rules of consolidation) and `start` are those of a bundle; default: a partnership.
        """
        from partnership_lib.workspace.drafts import drafted_case

        return drafted_case(self, agreements, form, start, rules)

    def consolidation(self, case: str = "", rules: str = "", *, max_agreements: int = 0) -> Analysis:
        """Return which agreements to bring together, and what that rests on; without a case: all those in force."""
        from partnership_lib.workspace.consolidations import consolidation

        return consolidation(self, case, rules, max_agreements=max_agreements)

    def outcome(self, agreement: str, period: str | int | Period) -> Analysis:
        """Return whether a partnership paid off: its costs before and after against those of other needs."""
        from partnership_lib.workspace.outcomes import outcome

        return outcome(self, agreement, as_period(period))

    def outcome_programme(self, period: str | int | Period) -> Analysis:
        """Return whether the partnerships paid off, each and together."""
        from partnership_lib.workspace.outcomes import programme

        return programme(self, as_period(period))

    def figure(self, chart: Chart, size_inches: tuple[float, float] | None = None) -> Figure:
        """Return a chart of a report drawn: ``ws.figure(report.activities.chart("burn_up"))``; no settings change."""
        from partnership_lib.display.figures.drawing import draw

        return draw(chart.code, chart.frame, {"currency": self.currency, **chart.values}, self.language, size_inches)

    def view(self, kind: str, language: str | None = None, audience: str = "internal") -> View:
        """Return what shows an analysis of a kind to a reader, in another language or for another audience."""
        from partnership_lib.display.view import View

        return View(kind=kind, language=language or self.language, currency=self.currency, audience=audience)


def open_workspace(
    path: Path | str | None = None, *, as_of: date | str | None = None, language: str | None = None
) -> Workspace:
    """Return the workspace at `path` (default: the current folder or the nearest one above).

    Parameters
    ----------
    path : path, optional
        A folder in the workspace.
    as_of : date or str, optional
        Overrides the as-of date of ``partnership.toml``; without either it is today.
    language : str, optional
        Overrides the language, ``sv`` or ``en``.

    Raises
    ------
    UsageError
        ``no_workspace``, ``unknown_language`` or what is wrong in ``partnership.toml``.
    """
    root = find_root(path)
    settings = read_settings(root / SETTINGS_FILE)
    language = language or settings.language
    if language not in LANGUAGES:
        raise UsageError("unknown_language", found=language, allowed=", ".join(LANGUAGES))
    day = parse_date(as_of) if isinstance(as_of, str) and as_of else as_of
    workspace = Workspace(root, settings, day or settings.as_of or day_in_sweden(), language)
    if "IPython" in sys.modules:
        _show_objects_well(workspace)
    return workspace


def _show_objects_well(workspace: Workspace) -> None:
    """Let a notebook show findings, analyses and register records as tables and figures."""
    from partnership_lib.display.formatters import register_formatters
    from partnership_lib.workspace.material.views import shown

    register_formatters(workspace.view("follow_up"), shown(workspace))

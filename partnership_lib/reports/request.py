"""What report is asked for: kind, subject, period, audience and language, checked before any work begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from partnership_lib.domain import Agreement
from partnership_lib.errors import UsageError
from partnership_lib.reports.catalogue import KINDS, ReportKind, find_kind, nearest_first
from partnership_lib.reports.names import safe_name
from partnership_lib.reports.rhythms import rhythm_of
from partnership_lib.text import LANGUAGES
from partnership_lib.units.period import Period, PeriodKind

if TYPE_CHECKING:
    from partnership_lib.domain import RegisterContent
    from partnership_lib.workspace import Workspace

_OF_AGREEMENTS = ("agreement", "meeting")


@dataclass(frozen=True)
class ReportRequest:
    """One report that somebody, or the calendar, asks for.

    Attributes
    ----------
    agreement, case : str or None
        What it is about, where its kind is about an agreement or about a case (a name in ``data/cases``).
    period : Period or None
        A comparison and a consolidation are made of the assumptions as they stand: their period is the month of the
        as-of date. An agenda and minutes have none: they are about a meeting.
    meeting : str or None
        The meeting of the agreement that it is about.
    on_schedule : bool
        Whether the calendar asks for it: then a new as-of date alone does not make it new.

    Examples
    --------
    >>> request = ReportRequest("follow_up", "A-001", Period.parse("2026-T2"), "internal", "sv")
    >>> request.key
    'follow_up/A-001/2026-T2/internal/sv'
    >>> ReportRequest("agenda", "A-001", None, "shared", "sv", meeting="A-001-M-S-2026-10").key
    'agenda/A-001/A-001-M-S-2026-10/shared/sv'
    """

    kind: str
    agreement: str | None
    period: Period | None
    audience: str
    language: str
    on_schedule: bool = field(default=False, compare=False)
    case: str | None = None
    meeting: str | None = None

    @property
    def subject(self) -> str | None:
        """Return the agreement or the case that it is about."""
        return self.case if self.agreement is None else self.agreement

    @cached_property
    def key(self) -> str:
        """Return the name that tells this report from every other, whatever version it is in."""
        when = self.period.label if self.period is not None else self.meeting
        subject, when = (None if part is None else _in_key(part) for part in (self.subject, when))
        parts = (self.kind, subject, when, self.audience, self.language)
        return "/".join(part for part in parts if part is not None)

    @cached_property
    def slug(self) -> str:
        """Return the name of the folder that its versions are published in."""
        return safe_name(self.key)


def request_of(key: str) -> ReportRequest:
    """Return the request that a key stands for.

    Raises
    ------
    UsageError
        ``unknown_report`` where it is no key, ``unknown_period``.

    Examples
    --------
    >>> request_of("portfolio/2026-T2/internal/sv").period.label
    '2026-T2'
    >>> request_of("comparison/skola/2026-09/shared/sv").case
    'skola'
    """
    parts = key.split("/")
    if len(parts) < 4:
        raise UsageError("unknown_report", found=key, allowed="follow_up/A-001/2026-T2/internal/sv")
    kind, *subject, when, audience, language = parts
    named = _from_key(subject[0]) if subject else None
    about = KINDS[kind].subject if kind in KINDS else ""
    if about == "meeting":
        return ReportRequest(kind, named, None, audience, language, meeting=_from_key(when))
    agreement, case = (None, named) if about == "case" else (named, None)
    return ReportRequest(kind, agreement, Period.parse(when), audience, language, case=case)


def _in_key(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


def _from_key(part: str) -> str:
    return part.replace("%2F", "/").replace("%25", "%")


def one_request(
    workspace: Workspace,
    kind: str,
    *,
    agreement: str | None = None,
    case: str | None = None,
    meeting: str | None = None,
    period: str | Period | None = None,
    audience: str = "internal",
    language: str | None = None,
) -> ReportRequest:
    """Return the request for one report, checked against the register or the case file.

    Parameters
    ----------
    meeting : str, optional
        The next meeting planned for an agenda, the latest one held for minutes, unless given.
    case : str, optional
        A file in the workspace's ``data/cases``, by path or by name.
    period : str or Period, optional
        The last closed period of its rhythm unless given, of a tertial where it has none.

    Raises
    ------
    UsageError
        With what is allowed when the kind, agreement, case, period, audience or language is unknown.
    InputError
        What is wrong in the case file.
    """
    report_kind = find_kind(kind)
    _check_subject(report_kind, agreement, case, meeting)
    _check_word("unknown_audience", audience, report_kind.audiences, kind=kind)
    chosen_language = language or workspace.language
    _check_word("unknown_language", chosen_language, LANGUAGES)
    if report_kind.subject == "case":
        return _case_request(workspace, kind, case, period, audience, chosen_language)
    if report_kind.of_the_moment:
        _check_no_period(kind, period)
        return ReportRequest(kind, None, _this_month(workspace), audience, chosen_language)
    content = workspace.content()
    _check_agreement(report_kind, agreement, content)
    if report_kind.subject == "meeting" and agreement is not None:
        _check_no_period(kind, period)
        from partnership_lib.analysis.meeting_pack import chosen_meeting

        chosen = chosen_meeting(content, agreement, meeting, workspace.as_of, kind)
        return ReportRequest(kind, agreement, None, audience, chosen_language, meeting=chosen.id)
    if period is None:
        period = Period.last_closed(_rhythm(workspace, report_kind, content, agreement), workspace.as_of)
    chosen_period = Period.parse(period) if isinstance(period, str) else period
    if chosen_period.start > workspace.as_of:
        raise UsageError("period_not_begun", period=chosen_period.label, as_of=workspace.as_of)
    return ReportRequest(kind, agreement, chosen_period, audience, chosen_language)


def _case_request(
    workspace: Workspace, kind: str, case: str | None, period: str | Period | None, audience: str, language: str
) -> ReportRequest:
    if case is None:
        raise UsageError("report_needs_case", kind=kind, allowed=", ".join(tuple(workspace.cases)[:5]) or "–")
    _check_no_period(kind, period)
    name = workspace.case_name(case)
    workspace.case(workspace.root / "data" / "cases" / f"{name}.yaml")  # what is wrong in it is told before any run
    return ReportRequest(kind, None, _this_month(workspace), audience, language, case=name)


def _this_month(workspace: Workspace) -> Period:
    return Period.containing(PeriodKind.MONTH, workspace.as_of)


def _check_no_period(kind: str, period: str | Period | None) -> None:
    if period is not None:
        code = "report_takes_no_period" if KINDS[kind].of_the_moment else "report_of_meeting_takes_no_period"
        raise UsageError(code, kind=kind, found=str(getattr(period, "label", period)))


def _check_subject(kind: ReportKind, agreement: str | None, case: str | None, meeting: str | None) -> None:
    if kind.subject not in _OF_AGREEMENTS and agreement is not None:
        raise UsageError("report_takes_no_agreement", kind=kind.name, found=agreement)
    if kind.subject != "meeting" and meeting is not None:
        raise UsageError("report_takes_no_meeting", kind=kind.name, found=meeting)
    if kind.subject != "case" and case is not None:
        raise UsageError("report_takes_no_case", kind=kind.name, found=case)


def _check_agreement(kind: ReportKind, agreement: str | None, content: RegisterContent) -> None:
    ids = [each.id for each in content.agreements]
    if kind.subject in _OF_AGREEMENTS and agreement is None:
        raise UsageError("report_needs_agreement", kind=kind.name, allowed=", ".join(ids[:5]))
    if agreement is not None and agreement not in ids:
        nearest = ", ".join(nearest_first(agreement, ids)[:5])
        raise UsageError("unknown_agreement", agreement=agreement, allowed=nearest or "–")
    if kind.only_partnerships:
        allowed = ", ".join(each.id for each in content.agreements if each.is_partnership) or "–"
        for found in (each for each in content.agreements if each.id == agreement and not each.is_partnership):
            raise UsageError("not_a_partnership", agreement=found.id, name=found.name, allowed=allowed)


def _check_word(code: str, found: str, allowed: tuple[str, ...], **values: str) -> None:
    if found not in allowed:
        raise UsageError(code, found=found, allowed=", ".join(allowed), **values)


def _rhythm(workspace: Workspace, kind: ReportKind, content: RegisterContent, agreement: str | None) -> PeriodKind:
    about = content.find(Agreement, agreement) if agreement is not None else None
    return rhythm_of(kind, workspace.settings, content, about, workspace.as_of) or PeriodKind.TERTIAL

"""What report is asked for: kind, agreement, period, audience and language, checked before any work begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from partnership_lib.errors import UsageError
from partnership_lib.reports.catalogue import ReportKind, find_kind, nearest_first
from partnership_lib.reports.names import safe_name
from partnership_lib.text import LANGUAGES
from partnership_lib.units.period import Period, PeriodKind

if TYPE_CHECKING:
    from partnership_lib.domain import RegisterContent
    from partnership_lib.workspace import Workspace


@dataclass(frozen=True)
class ReportRequest:
    """One report that somebody, or the calendar, asks for.

    Attributes
    ----------
    on_schedule : bool
        Whether the calendar asks for it: then a new as-of date alone does not make it new.

    Examples
    --------
    >>> request = ReportRequest("follow_up", "A-001", Period.parse("2026-T2"), "internal", "sv")
    >>> request.key
    'follow_up/A-001/2026-T2/internal/sv'
    """

    kind: str
    agreement: str | None
    period: Period
    audience: str
    language: str
    on_schedule: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """Return the name that tells this report from every other, whatever version it is in."""
        agreement = None if self.agreement is None else self.agreement.replace("%", "%25").replace("/", "%2F")
        parts = (self.kind, agreement, self.period.label, self.audience, self.language)
        return "/".join(part for part in parts if part is not None)

    @property
    def slug(self) -> str:
        """Return the name of the folder that its versions are published in."""
        return safe_name(self.key)


def request_of(key: str) -> ReportRequest:
    """Return the request that a key stands for.

    Examples
    --------
    >>> request_of("portfolio/2026-T2/internal/sv").period.label
    '2026-T2'
    """
    kind, *agreement, period, audience, language = key.split("/")
    named = agreement[0].replace("%2F", "/").replace("%25", "%") if agreement else None
    return ReportRequest(kind, named, Period.parse(period), audience, language)


def one_request(
    workspace: Workspace,
    kind: str,
    *,
    agreement: str | None = None,
    period: str | Period | None = None,
    audience: str = "internal",
    language: str | None = None,
) -> ReportRequest:
    """Return the request for one report, checked against the register.

    Parameters
    ----------
    period : str or Period, optional
        The last closed period of the agreement's rhythm (of the portfolio's, for it) unless given.

    Raises
    ------
    UsageError
        With what is allowed when the kind, agreement, period, audience or language is unknown.
    """
    report_kind = find_kind(kind)
    content = workspace.content()
    _check_agreement(report_kind, agreement, content)
    _check_word("unknown_audience", audience, report_kind.audiences, kind=kind)
    chosen_language = language or workspace.language
    _check_word("unknown_language", chosen_language, LANGUAGES)
    if period is None:
        period = Period.last_closed(_rhythm(workspace, content, agreement), workspace.as_of)
    chosen_period = Period.parse(period) if isinstance(period, str) else period
    if chosen_period.start > workspace.as_of:
        raise UsageError("period_not_begun", period=chosen_period.label, as_of=workspace.as_of)
    return ReportRequest(kind, agreement, chosen_period, audience, chosen_language)


def _check_agreement(kind: ReportKind, agreement: str | None, content: RegisterContent) -> None:
    ids = [each.id for each in content.agreements]
    if kind.needs_agreement and agreement is None:
        raise UsageError("report_needs_agreement", kind=kind.name, allowed=", ".join(ids[:5]))
    if not kind.needs_agreement and agreement is not None:
        raise UsageError("report_takes_no_agreement", kind=kind.name, found=agreement)
    if agreement is not None and agreement not in ids:
        nearest = ", ".join(nearest_first(agreement, ids)[:5])
        raise UsageError("unknown_agreement", agreement=agreement, allowed=nearest or "–")


def _check_word(code: str, found: str, allowed: tuple[str, ...], **values: str) -> None:
    if found not in allowed:
        raise UsageError(code, found=found, allowed=", ".join(allowed), **values)


def _rhythm(workspace: Workspace, content: RegisterContent, agreement: str | None) -> PeriodKind:
    if agreement is None:
        return PeriodKind(workspace.settings.portfolio_rhythm)
    named = next(each.report_rhythm for each in content.agreements if each.id == agreement)
    return PeriodKind(named) if named else PeriodKind.TERTIAL

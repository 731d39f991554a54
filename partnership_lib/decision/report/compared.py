"""What is compared: the needs, the agreements of both plans, their terms, and what was missing."""

from __future__ import annotations

import re
from typing import Any

from partnership_lib.decision.cases.records import CaseFlag, Governance, PresentAgreement, ProposedAgreement
from partnership_lib.decision.report.context import ReportContext, plan_of, table
from partnership_lib.decision.report.distributions import most_likely
from partnership_lib.findings import Finding, Section, Signal

_ID_IN_KEY = re.compile(r"\[(.+?)\]")
_NEED_COLUMNS = ("need", "agreement_today", "agreement_proposed", "annual_value_ore", "users")
_TERM_COLUMNS = ("agreement", "plan", "start_date", "end_date", "term_months", "option_months")
_RULE_COLUMNS = ("agreement", "requirements", "form", "governance", "index_share")


def compared_section(context: ReportContext) -> Section:
    """Return the settings, the needs, the agreements, the governance and the fallback rules that stood in."""
    told = () if context.is_shared else ("question", "background", "note")
    words = [(name, context.case.text.get(name, "").strip()) for name in told]
    findings = [context.finding(name, words=said) for name, said in words if said]
    findings += [_settings(context), _needs(context), _terms(context), _rules(context), *_governance(context)]
    if not context.is_shared:
        findings += [*_fallbacks(context), *_flags(context)]
    return Section("compared", tuple(findings))


def _settings(context: ReportContext) -> Finding:
    settings = context.case.settings
    values: dict[str, Any] = {
        "base_month": settings.base_month,
        "rate": settings.discount_rate_share,
        "inflation": settings.inflation_share,
        "perspective": settings.perspective.value,
    }
    return context.finding("settings", settings.horizon_months, "count", **values)


def _needs(context: ReportContext) -> Finding:
    case = context.case
    today = {need: agreement.name for agreement in case.present for need in agreement.need_ids}
    proposed = {need: agreement.name for agreement in case.proposed for need in agreement.need_ids}
    rows = [
        {
            "need": need.name,
            "agreement_today": today.get(need.id),
            "agreement_proposed": proposed.get(need.id) or today.get(need.id),
            "annual_value_ore": round(100 * need.annual_value_sek),
            "users": need.users or None,
        }
        for need in case.needs
    ]
    columns = [column for column in _NEED_COLUMNS if not (context.is_shared and column == "annual_value_ore")]
    if context.is_shared:
        return context.finding("needs_shared", len(rows), "count", table=table(rows, columns), moved=len(proposed))
    total = sum(need.annual_value_sek for need in case.needs)
    return context.finding("needs", total, "sek", table=table(rows, columns), needs=len(rows), moved=len(proposed))


def _terms(context: ReportContext) -> Finding:
    rows = [_term_row(agreement) for agreement in context.case.agreements()]
    longest = max((agreement.terms.term_months for agreement in context.case.proposed), default=0)
    kept = len(context.case.present) - len(context.replaced)
    values: dict[str, Any] = {"replaced": len(context.replaced), "kept": kept, "longest": longest / 12}
    code = "terms" if context.case.proposed else "terms_nothing_proposed"
    return context.finding(code, len(context.case.proposed), "count", table=table(rows, _TERM_COLUMNS), **values)


def _term_row(agreement: PresentAgreement | ProposedAgreement) -> dict[str, Any]:
    options = agreement.terms.option_months
    return {
        "agreement": agreement.name,
        "plan": plan_of(agreement),
        "start_date": agreement.start,
        "end_date": agreement.expiry if isinstance(agreement, PresentAgreement) else None,
        "term_months": agreement.terms.term_months,
        "option_months": " + ".join(str(months) for months in options) or None,
    }


def _rules(context: ReportContext) -> Finding:
    rows = [
        {
            "agreement": agreement.name,
            "requirements": agreement.terms.requirements.value,
            "form": agreement.terms.form.value,
            "governance": agreement.terms.governance.value,
            "index_share": agreement.terms.index_pass_through_share,
        }
        for agreement in context.case.agreements()
    ]
    functional = [row for row in rows if row["requirements"] == "functional"]
    return context.finding("rules", len(functional), "count", table=table(rows, _RULE_COLUMNS), agreements=len(rows))


def _governance(context: ReportContext) -> list[Finding]:
    """Return how much time the partnerships take; told to everybody, since both parties sit in the meetings."""
    found = []
    for agreement in context.case.agreements():
        if agreement.terms.governance is Governance.PARTNERSHIP:
            found.append(agreement)
    if not found:
        return [context.finding("governance_none")]
    assumed = most_likely(context.case.assumption("meeting_hours_per_year").distribution)
    hours = [each.terms.meeting_hours_per_year for each in found]
    total = sum(assumed if each is None else each for each in hours)
    owner = sum(
        most_likely(context.case.assumption("partnership_owner_fte", f"agreement:{each.id}").distribution)
        for each in found
    )
    return [context.finding("governance", total, "hours", partnerships=len(found), owner_fte=owner)]


def _fallbacks(context: ReportContext) -> list[Finding]:
    """Return which rules stood in for what was missing."""
    codes = context.case.fallbacks
    if not codes:
        return [context.finding("fallbacks_none", 0, "count")]
    overview = context.finding("fallbacks", len(codes), "count", signal=Signal.ATTENTION)
    return [overview, *(Finding(f"fallback.{code}", signal=Signal.ATTENTION) for code in codes)]


def _flags(context: ReportContext) -> list[Finding]:
    """Return what the case allows but a reader must see."""
    flags = context.case.flags
    if not flags:
        return []
    overview = context.finding("flags", len(flags), "count", signal=Signal.ATTENTION)
    return [overview, *(_flag(context, flag) for flag in flags)]


def _flag(context: ReportContext, flag: CaseFlag) -> Finding:
    """Return a flag that names the agreement itself rather than its place in the file."""
    named = _ID_IN_KEY.search(flag.key)
    key = context.agreement_name(named[1]) if named else flag.key
    values = {"key": key, "found": flag.found, "allowed": flag.allowed}
    return Finding(f"flag.{flag.code}", values=values, signal=Signal.ATTENTION)

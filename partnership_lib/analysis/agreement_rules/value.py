"""What an agreement is worth with every option used, and what that asks for: threshold and reasons for not dividing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from partnership_lib.analysis.agreement_rules.case import RuleCase
from partnership_lib.analysis.agreement_rules.law import law_on
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.analysis.thresholds import Threshold
from partnership_lib.domain import AgreementKind

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class AgreementValue:
    """The value of an agreement [öre], and what it was taken from: ``award``, ``ceiling`` or ``parts``."""

    amount_ore: int
    basis: str


def agreement_value(case: RuleCase) -> AgreementValue | None:
    """Return the value with every option used, excl. VAT: as awarded, the ceiling, or the parts over the whole term.

    None where the register has none of them, or where only the parts are known and the agreement has no last day.
    """
    agreement = case.agreement
    if agreement.contract_value_ore:
        return AgreementValue(agreement.contract_value_ore, "award")
    if agreement.ceiling_ore:
        return AgreementValue(agreement.ceiling_ore, "ceiling")
    yearly = sum(p.annual_value_ore or 0 for p in case.content.agreement_parts if p.agreement_id == agreement.id)
    if not yearly or case.last_day is None:
        return None
    years = (case.last_day - agreement.start_date + timedelta(days=1)).days / _DAYS_PER_YEAR
    return AgreementValue(round(yearly * years), "parts")


def value_findings(case: RuleCase) -> Iterator[RuleFinding]:
    """Yield the value against the EU threshold, and the duty to give reasons where the agreement was not divided.

    A call-off has the value of its framework agreement and is left out.
    """
    if case.agreement.kind is AgreementKind.CALL_OFF or law_on("contract_value", case.law_day) is None:
        return
    value = agreement_value(case)
    if value is None:
        yield case.find(Severity.WARNING, "value_unknown", "contract_value")
        return
    doubts = (*case.threshold_doubt, *(("value_from_parts",) if value.basis == "parts" else ()))
    if case.threshold is None:
        yield case.find(
            Severity.INFO, "value", "contract_value", uncertain=doubts, value_ore=value.amount_ore, law_day=case.law_day
        )
        return
    yield from _against_threshold(case, value, case.threshold, doubts)


def _against_threshold(
    case: RuleCase, value: AgreementValue, threshold: Threshold, doubts: tuple[str, ...]
) -> Iterator[RuleFinding]:
    is_above = value.amount_ore >= threshold.amount_ore
    said = {"value_ore": value.amount_ore, "threshold_ore": threshold.amount_ore}
    margin = threshold.amount_ore - value.amount_ore
    yield case.find(
        Severity.INFO,
        "value_above_threshold" if is_above else "value_below_threshold",
        "contract_value",
        margin=margin,
        unit="ore",
        uncertain=doubts,
        **said,
    )
    parts = sum(part.agreement_id == case.agreement.id for part in case.content.agreement_parts)
    if is_above and parts > 1:
        law = law_on("special_services", case.law_day)
        special = law is not None and case.agreement.category[:2] in law.cpv_divisions
        unknown = ("reasons_not_in_register", *(("special_services",) if special else ()))
        yield case.find(
            Severity.INFO, "lots_reasons", "lots_reasons", margin=margin, unit="ore",
            uncertain=(*doubts, *unknown), parts=parts, **said,
        )  # fmt: skip

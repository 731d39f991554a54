"""Every rule on every agreement that runs or is about to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from partnership_lib.analysis.agreement_rules.amendments import amendment_findings
from partnership_lib.analysis.agreement_rules.case import RuleCase
from partnership_lib.analysis.agreement_rules.ceiling import ceiling_findings
from partnership_lib.analysis.agreement_rules.defects import defects
from partnership_lib.analysis.agreement_rules.law import law_on
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.analysis.agreement_rules.same_kind import same_kind_findings
from partnership_lib.analysis.agreement_rules.term import term_findings
from partnership_lib.analysis.agreement_rules.value import value_findings
from partnership_lib.domain import AgreementStatus, RegisterContent
from partnership_lib.units.dates import add_months

_RULES = (defects, term_findings, value_findings, amendment_findings, ceiling_findings)
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def examine_agreements(
    content: RegisterContent, spend: pd.DataFrame, day: date, currency: str = "SEK"
) -> list[RuleFinding]:
    """Return what the rules say about every agreement in force or coming on a day, the gravest first.

    Parameters
    ----------
    spend : pandas.DataFrame
        agreement_id, month, certain_ore and possible_ore, as `matching.agreement_spend` returns it.

    Notes
    -----
    An agreement signed before the act came into force (2017) is measured as to changes only, and that is said.
    """
    all_cases = _cases(content, spend, day, currency)
    cases = [case for case in all_cases if case.agreement.status_on(day) is not AgreementStatus.ENDED]
    found = [finding for case in cases for finding in _of_agreement(case)]
    found += same_kind_findings(all_cases)
    return sorted(found, key=lambda finding: (_ORDER.index(finding.severity), finding.code, finding.where))


def rule_cases(content: RegisterContent, spend: pd.DataFrame, day: date, currency: str = "SEK") -> list[RuleCase]:
    """Return the agreements in force or coming on a day, with what was bought in the whole months by then."""
    cases = _cases(content, spend, day, currency)
    return [case for case in cases if case.agreement.status_on(day) is not AgreementStatus.ENDED]


def _cases(content: RegisterContent, spend: pd.DataFrame, day: date, currency: str) -> list[RuleCase]:
    whole = [add_months(month, 1) <= day + timedelta(days=1) for month in spend["month"]]
    until = spend.loc[pd.Series(whole, spend.index, dtype=bool)]
    sums = until.groupby("agreement_id")[["certain_ore", "possible_ore"]].sum()
    bought = {str(key): (int(row["certain_ore"]), int(row["possible_ore"])) for key, row in sums.iterrows()}
    return [
        RuleCase(content, agreement, day, *bought.get(agreement.id, (0, 0)), currency=currency)
        for agreement in content.agreements
    ]


def _of_agreement(case: RuleCase) -> Iterator[RuleFinding]:
    for rule in _RULES:
        yield from rule(case)
    if law_on("contract_value", case.law_day) is None:
        yield case.find(Severity.INFO, "older_act", "contract_value", law_day=case.law_day)

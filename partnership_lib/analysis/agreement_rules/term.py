"""How long an agreement is with every option used, against what the law allows a framework agreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from partnership_lib.analysis.agreement_rules.case import RuleCase
from partnership_lib.analysis.agreement_rules.law import law_on
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.units.dates import add_months


def term_findings(case: RuleCase) -> Iterator[RuleFinding]:
    """Yield how long a framework agreement is against the limit; contracts have none in law.

    Notes
    -----
    Counted to the day: the first day after the term, every open option used, may be the start plus the months of the
    rule at the latest. Particular reasons allow more; whether there are any is not in the register.
    """
    law = law_on("framework_term", case.law_day)
    if not case.is_framework or law is None:
        return
    months = int(law.limit)
    if case.last_day is None:
        yield case.find(Severity.WARNING, "framework_open", "framework_term", limit_months=months)
        return
    latest = add_months(case.agreement.start_date, months) - timedelta(days=1)
    margin = (latest - case.last_day).days
    yield case.find(
        Severity.WARNING if margin < 0 else Severity.INFO,
        "framework_too_long" if margin < 0 else "framework_term",
        "framework_term",
        margin=margin,
        unit="days",
        uncertain=("reasons_not_in_register",) if margin < 0 else (),
        limit_months=months,
        start_date=case.agreement.start_date,
        last_day=case.last_day,
        latest=latest,
    )

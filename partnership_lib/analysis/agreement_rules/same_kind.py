"""Small agreements of the same kind, added together over the year, against the direct-award limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from partnership_lib.analysis.agreement_rules.case import RuleCase
from partnership_lib.analysis.agreement_rules.law import law_on
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.analysis.agreement_rules.value import agreement_value
from partnership_lib.analysis.tables import records
from partnership_lib.analysis.thresholds import direct_award_limit
from partnership_lib.domain import AgreementKind, AgreementStatus

_GROUP_DIGITS = 3
_SEVERITIES = {"above": Severity.WARNING, "may_be_above": Severity.WARNING, "near": Severity.INFO}


def same_kind_findings(cases: list[RuleCase]) -> Iterator[RuleFinding]:
    """Yield the agreements that are each within the direct-award limit but together, by kind and year, above it.

    Parameters
    ----------
    cases : list of RuleCase
        Agreements that have ended too: small purchases are often delivered within weeks, and count as much.

    Notes
    -----
    The kind is the CPV group (three digits), the year the calendar year of signing. Which purchases are of the same
    kind only a person can tell, so this is a warning. A call-off was procured with its framework agreement and is left
    out. What has ended is not told of on its own account, except where it was signed this year or the year before.
    """
    small: dict[tuple[str, int, str], list[tuple[RuleCase, int]]] = defaultdict(list)
    for case in cases:
        if case.agreement.kind is AgreementKind.CALL_OFF:
            continue
        value, limit = agreement_value(case), direct_award_limit(date(case.law_day.year, 12, 31))
        if value and limit and value.amount_ore <= limit.amount_ore and law_on("same_kind", case.law_day):
            kind = (case.agreement.buyer_id, case.law_day.year, case.agreement.category[:_GROUP_DIGITS])
            small[kind].append((case, value.amount_ore))
    for (_, year, group), members in sorted(small.items()):
        limit = direct_award_limit(date(year, 12, 31))
        total = sum(amount for _, amount in members)
        if limit and len(members) > 1 and total > limit.amount_ore:
            names = [case.agreement.id for case, _ in members]
            values = {"group": group, "year": year, "total_ore": total, "limit_ore": limit.amount_ore, "names": names}
            doubts = ("same_kind_is_judged", *(() if limit.verified else ("direct_award_limit_unverified",)))
            for case in (case for case, _ in members if _is_told(case)):
                yield case.find(
                    Severity.WARNING, "same_kind", "same_kind", margin=limit.amount_ore - total, unit="ore",
                    uncertain=doubts, **values,
                )  # fmt: skip


def _is_told(case: RuleCase) -> bool:
    is_ended = case.agreement.status_on(case.day) is AgreementStatus.ENDED
    return not is_ended or case.law_day.year >= case.day.year - 1


def account_findings(rows: pd.DataFrame, verified: bool, limit_ore: int, currency: str) -> Iterator[RuleFinding]:
    """Yield the accounts whose purchases outside agreements pass the direct-award limit, from the spend report's table.

    Parameters
    ----------
    rows : pandas.DataFrame
        Table of the finding ``spend.direct_awards``.
    verified : bool
        Whether the limit was seen in an official source for that year.
    """
    for row in records(rows):
        law = law_on("same_kind", date(row["year"], 12, 31))
        if law is None:
            continue
        yield RuleFinding(
            severity=_SEVERITIES[row["limit_state"]],
            code=f"account_{row['limit_state']}",
            where=str(row["account"]),
            name=row["account_text"],
            section=law.section,
            values=_account_values(row, limit_ore, currency),
            margin=limit_ore - row["upper_ore"],
            margin_unit="ore",
            uncertain=(
                *law.uncertain, "account_is_no_kind", *(() if verified else ("direct_award_limit_unverified",)),
            ),
        )  # fmt: skip


def _account_values(row: dict[str, Any], limit_ore: int, currency: str) -> dict[str, Any]:
    named = ("year", "lower_ore", "upper_ore", "suppliers")
    return {name: row[name] for name in named} | {"limit_ore": limit_ore, "currency": currency}

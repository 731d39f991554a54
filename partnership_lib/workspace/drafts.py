"""A case drafted from the register and the ledger of a workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from partnership_lib.domain import RegisterContent
from partnership_lib.units.dates import add_months, first_of_month

if TYPE_CHECKING:
    from partnership_lib.workspace.place import Workspace


def drafted_case(
    workspace: Workspace, agreements: Sequence[str], form: str = "", start: date | None = None, rules: str = ""
) -> str:
    """Return the text of a case file for these agreements, as the register and the ledger stand on the as-of date.

    Parameters
    ----------
    form : str
        What the agreement for all of them is: the name of a form in the rules of consolidation; empty: a partnership.
    start : datetime.date, optional
        First day of the month in which it is to begin.
    rules : str
        File with the rules, where it is not the workspace's own.

    Raises
    ------
    UsageError
        ``unknown_agreement``, ``agreement_not_in_force``, ``agreement_named_twice`` or ``unknown_form``.
    """
    from partnership_lib.decision.cases.drafting import PARTNERSHIP, draft_case
    from partnership_lib.workspace.consolidations import known_capability, terms_of

    content = workspace.content()
    return draft_case(
        content,
        agreements,
        workspace.as_of,
        spend_sek=_spend_of_a_year(workspace, content),
        legal_threshold_sek=_threshold(workspace, content, agreements),
        capability=known_capability(workspace),
        terms=terms_of(workspace, form, rules) if form else PARTNERSHIP,
        start=start,
    )


def _spend_of_a_year(workspace: Workspace, content: RegisterContent) -> dict[str, float]:
    """Return what certainly belongs to each agreement in the last twelve whole months [SEK]."""
    from partnership_lib.analysis.matching import agreement_segments, agreement_spend

    end = first_of_month(workspace.as_of)
    begin = add_months(end, -12)
    spend = agreement_spend(workspace.ledger_lines(content), agreement_segments(content))
    year = spend.loc[[begin <= month < end for month in spend["month"]]]  # also of an empty ledger
    totals = year.groupby("agreement_id")["certain_ore"].sum()
    return {str(agreement): float(ore) / 100 for agreement, ore in totals.items() if ore > 0}


def _threshold(workspace: Workspace, content: RegisterContent, agreements: Sequence[str]) -> float | None:
    """Return the threshold of the kind that most of the agreements are of, where the table knows it [SEK]."""
    from partnership_lib.analysis.thresholds import threshold_on

    categories: Mapping[str, int] = Counter(each.category for each in content.agreements if each.id in agreements)
    if not categories:
        return None
    threshold = threshold_on(max(sorted(categories), key=lambda each: categories[each]), workspace.as_of)
    return None if threshold is None else threshold.amount_ore / 100

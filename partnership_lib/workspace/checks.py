"""What is wrong or missing in a workspace: its agreements, its register, its ledger and its rules of evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partnership_lib.analysis.agreement_rules import RuleFinding, Severity, examine_agreements
from partnership_lib.analysis.agreement_rules.defects import SECTION
from partnership_lib.analysis.agreement_rules.same_kind import account_findings
from partnership_lib.errors import InputError
from partnership_lib.units.period import Period
from partnership_lib.workspace.outcome_rules import outcome_rules

if TYPE_CHECKING:
    from partnership_lib.domain import RegisterContent
    from partnership_lib.workspace.place import Workspace

LEDGER, OUTCOME = "ledger", "outcome"


def check(workspace: Workspace) -> list[RuleFinding]:
    """Return what is wrong, missing or close to a limit in a workspace, the gravest first."""
    from partnership_lib.analysis.matching import agreement_segments, agreement_spend

    content = workspace.content()
    spend = agreement_spend(workspace.ledger_lines(content), agreement_segments(content))
    found = [*_data(workspace, content), *examine_agreements(content, spend, workspace.as_of, workspace.currency)]
    found += [*_accounts(workspace, content), *_starts(workspace, content), *_evaluation(workspace)]
    order = tuple(reversed(Severity))
    return sorted(found, key=lambda finding: order.index(finding.severity))


def _data(workspace: Workspace, content: RegisterContent) -> Iterator[RuleFinding]:
    totals = workspace.warehouse.totals()
    if not content.agreements:
        yield RuleFinding(Severity.WARNING, "register_empty", SECTION, "", SECTION)
    if not totals["lines"]:
        yield RuleFinding(Severity.WARNING, "ledger_empty", LEDGER, "", LEDGER)
    if totals["quarantined"]:
        values = {"count": totals["quarantined"], "amount_ore": totals["quarantined_ore"]}
        said = values | {"currency": workspace.currency}
        yield RuleFinding(Severity.WARNING, "ledger_quarantined", LEDGER, "", LEDGER, said)


def _starts(workspace: Workspace, content: RegisterContent) -> Iterator[RuleFinding]:
    """Yield what the renewal radar says: late starts, late procurements, too few hours."""
    from partnership_lib.analysis.renewal_radar.checks import radar_findings
    from partnership_lib.workspace.procurement_planning import procurement_planning

    if content.agreements:
        yield from radar_findings(content, procurement_planning(workspace), workspace.as_of)


def _evaluation(workspace: Workspace) -> Iterator[RuleFinding]:
    """Yield what is wrong in the rules of evaluation, which no evaluation can be made with."""
    try:
        outcome_rules(workspace.root)
    except InputError as refused:
        for problem in refused.values.get("problems", (refused,)):
            values = {"problem": problem}
            yield RuleFinding(Severity.ERROR, "outcome_rule", OUTCOME, "", OUTCOME, values)


def _accounts(workspace: Workspace, content: RegisterContent) -> Iterator[RuleFinding]:
    """Yield the accounts near or above the direct-award limit, as the spend report counts them."""
    from partnership_lib.analysis.spend.context import SpendContext, account_months
    from partnership_lib.analysis.spend.direct_awards import direct_awards_section
    from partnership_lib.analysis.spend.exclusions import without_excluded

    if not workspace.warehouse.totals()["lines"]:
        return
    lines, day = workspace.ledger_lines(content), workspace.as_of
    kept, months, _ = without_excluded(lines, account_months(lines), workspace.settings.excluded_accounts)
    period = Period.parse(f"{day.year}-T{(day.month - 1) // 4 + 1}")
    context = SpendContext(
        content=content, period=period, as_of=day, spend=months, currency=workspace.currency, ledger=kept
    )
    if context.last_month is None:
        return
    for finding in direct_awards_section(context).findings:
        if finding.table is not None:
            verified = not finding.code.endswith("_unverified")
            yield from account_findings(finding.table, verified, finding.values["limit_ore"], workspace.currency)

"""What reports are made from, source by source: what identifies it, and what somebody assumed in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from partnership_lib.register.hashing import canonical

if TYPE_CHECKING:
    from partnership_lib.analysis.outcome.costs.rules import OutcomeAssumption
    from partnership_lib.decision.cases.assumptions import Assumption
    from partnership_lib.reports.request import ReportRequest
    from partnership_lib.workspace import Workspace


@dataclass(frozen=True)
class Facts:
    """What identifies the data of a report.

    Attributes
    ----------
    fingerprint : Mapping
        For each source its SHA-256, and how many records, lines and öre it has.
    assumptions : tuple of Mapping
        What somebody assumed.
    seed : int or None
        Seed of random numbers, where any are drawn.
    """

    fingerprint: Mapping[str, Any] = field(default_factory=dict)
    assumptions: tuple[Mapping[str, Any], ...] = ()
    seed: int | None = None


Source = Callable[["Workspace", "ReportRequest"], Facts]


def gather_facts(workspace: Workspace, request: ReportRequest, sources: Iterable[str]) -> Facts:
    """Return what identifies the data of the requested report, of all the sources together."""
    found = [SOURCES[name](workspace, request) for name in sources]
    return Facts(
        {name: facts for each in found for name, facts in each.fingerprint.items()},
        tuple(assumption for each in found for assumption in each.assumptions),
        next((each.seed for each in found if each.seed is not None), None),
    )


def _register(workspace: Workspace, request: ReportRequest) -> Facts:
    """Return the records: of a report on an agreement its own and those that all agreements share, otherwise all."""
    from partnership_lib.register.store import content_hash

    content = workspace.content()
    if request.agreement is not None:
        content = content.for_agreement(request.agreement)
    return Facts({"register": {"sha256": content_hash(content), "records": len(content)}})


def _whole_register(workspace: Workspace, _: ReportRequest) -> Facts:
    """Return all records, also of a report on one agreement: its costs are held against those of all the others."""
    from partnership_lib.register.store import content_hash

    content = workspace.content()
    return Facts({"register": {"sha256": content_hash(content), "records": len(content)}})


def _outcome_rules(workspace: Workspace, _: ReportRequest) -> Facts:
    from partnership_lib.workspace.outcomes import outcome_input

    fingerprint, rules = outcome_input(workspace)
    return Facts(fingerprint, tuple(_assumed_value(each) for each in rules.assumptions.values()))


def _ledger(workspace: Workspace, _: ReportRequest) -> Facts:
    return Facts({"ledger": {"sha256": workspace.warehouse.content_hash(), **workspace.warehouse.totals()}})


def _excluded_accounts(workspace: Workspace, _: ReportRequest) -> Facts:
    rules = workspace.settings.excluded_accounts
    found = {"excluded_accounts": {"sha256": hashlib.sha256(repr(rules).encode()).hexdigest()}}
    return Facts(found if rules else {})


def _calendar(workspace: Workspace, request: ReportRequest) -> Facts:
    from partnership_lib.reports.attached import calendar_facts

    facts = calendar_facts(workspace, request)
    return Facts({"calendar": {"sha256": hashlib.sha256(canonical(facts).encode("utf-8")).hexdigest()}})


def _case(workspace: Workspace, request: ReportRequest) -> Facts:
    from partnership_lib.decision.cases.fingerprint import fingerprint

    # From the workspace's root: a file of the same name below the current folder is another case.
    case = workspace.case(workspace.root / case_file(request.case or ""))
    unconfirmed = sum(not assumption.confirmed_by for assumption in case.assumptions)
    counts = {"needs": len(case.needs), "assumptions": len(case.assumptions), "unconfirmed": unconfirmed}
    told = case.assumptions if request.audience == "internal" else ()
    return Facts(
        {"case": {"id": case.id, "sha256": fingerprint(case), **counts}},
        tuple(_as_data(assumption) for assumption in told),
        case.effort.seed,
    )


def _consolidation(workspace: Workspace, _: ReportRequest) -> Facts:
    from partnership_lib.workspace.consolidations import consolidation_input

    own, case, seed = consolidation_input(workspace)
    return Facts(own, tuple(_as_data(assumption) for assumption in case.assumptions), seed)


def _procurement_planning(workspace: Workspace, _: ReportRequest) -> Facts:
    from partnership_lib.workspace.procurement_planning import planning_input

    own, used = planning_input(workspace)
    return Facts(own, tuple(_as_data(assumption) for assumption in used))


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "register": _register,
        "whole_register": _whole_register,
        "ledger": _ledger,
        "excluded_accounts": _excluded_accounts,
        "calendar": _calendar,
        "case": _case,
        "consolidation": _consolidation,
        "outcome_rules": _outcome_rules,
        "procurement_planning": _procurement_planning,
    }
)
"""How each of the inputs that a kind of report names is identified."""


def case_file(name: str) -> str:
    """Return where in a workspace the case called `name` lies."""
    return f"data/cases/{name}.yaml"


def _as_data(assumption: Assumption) -> dict[str, Any]:
    """Return an assumption as the manifest keeps it."""
    return {
        "key": assumption.key,
        "shape": assumption.distribution.shape.value,
        "values": list(assumption.distribution.values),
        "unit": assumption.unit,
        "basis": assumption.basis.value,
        "source": assumption.source,
        "grade": assumption.grade,
        "date": assumption.date.isoformat(),
        "confirmed_by": assumption.confirmed_by,
    }


def _assumed_value(assumption: OutcomeAssumption) -> dict[str, Any]:
    """Return an assumption of an evaluation as the manifest keeps it: one value."""
    return {
        "key": assumption.name,
        "shape": "fixed",
        "values": [assumption.value],
        "unit": assumption.unit,
        "basis": assumption.basis,
        "source": assumption.source,
        "grade": assumption.grade,
        "confirmed_by": assumption.confirmed_by,
    }

"""What a consolidation rests on in a workspace: its agreements in force, who is able to deliver them, its rules."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.display.progress import Steps, in_notebook
from partnership_lib.domain.agreement import AgreementStatus
from partnership_lib.errors import InputError, UsageError

if TYPE_CHECKING:
    from partnership_lib.consolidation.planning.rules import Rules
    from partnership_lib.decision.cases.records import Case, Terms
    from partnership_lib.findings import Analysis
    from partnership_lib.workspace.place import Workspace

RULES_FILE, CAPABILITY_FILE = "consolidation.yaml", "capability.csv"
_WHERE = "register.yaml"


def register_case(workspace: Workspace) -> Case:
    """Return all agreements in force on the as-of date as a case without proposals.

    Raises
    ------
    UsageError
        ``consolidation_few_agreements``.
    """
    from partnership_lib.decision.cases.reading import read_case
    from partnership_lib.workspace.case_files import bidder_counts, default_assumptions

    agreements = workspace.content().agreements
    chosen = [each.id for each in agreements if each.status_on(workspace.as_of) is AgreementStatus.IN_FORCE]
    if len(chosen) < 2:
        raise UsageError("consolidation_few_agreements", found=len(chosen))
    text = workspace.draft_case(chosen)
    root = workspace.root
    case = read_case(text, _WHERE, default_assumptions(root), None, bidder_counts(root))
    return replace(case, proposed=(), flags=())


def known_capability(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Return need -> who is able to deliver it and where that is known from, as ``data/capability.csv`` says."""
    from partnership_lib.consolidation.planning.capability import capability_of

    file = workspace.root / "data" / CAPABILITY_FILE
    return capability_of(_read(file), f"data/{CAPABILITY_FILE}") if file.is_file() else {}


def terms_of(workspace: Workspace, form: str, rules: str = "") -> Terms:
    """Return the terms of a form that the rules name.

    Raises
    ------
    UsageError
        ``unknown_form`` with the forms there are.
    """
    forms = {each.name: each.terms for each in rules_of(workspace, rules or None).forms}
    if form not in forms:
        raise UsageError("unknown_form", found=form, allowed=", ".join(forms))
    return forms[form]


def import_capability(workspace: Workspace, path: Path | str) -> tuple[int, int]:
    """Add rows to the table of who is able; return how many are new, and how many replaced what stood there."""
    from partnership_lib.consolidation.planning.capability import merged_capability
    from partnership_lib.files.atomic import write_text

    file = workspace.root / "data" / CAPABILITY_FILE
    table, new, replaced = merged_capability(_read(file) if file.is_file() else "", _read(Path(path)), str(path))
    write_text(file, table)
    return new, replaced


def rules_of(workspace: Workspace, path: Path | str | None = None) -> Rules:
    """Return the rules in a file; without one those in ``data/consolidation.yaml``, or else the defaults.

    Raises
    ------
    UsageError
        ``rules_missing``.
    InputError
        ``rules_refused``.
    """
    from partnership_lib.consolidation.planning.reading import read_rules
    from partnership_lib.consolidation.planning.rules import Rules

    own = workspace.root / "data" / RULES_FILE
    if path is None:
        return read_rules(_read(own), f"data/{RULES_FILE}") if own.is_file() else Rules()
    found = next((file for file in (Path(path), workspace.root / path) if file.is_file()), None)
    if found is None:
        raise UsageError("rules_missing", file=str(path), allowed=f"data/{RULES_FILE}")
    return read_rules(_read(found), str(path))


def consolidation_input(workspace: Workspace) -> tuple[dict[str, Any], Case, int]:
    """Return what a consolidation stands on beside the register and the ledger, its case, and the seed of its draws."""
    case, rules = register_case(workspace), rules_of(workspace)
    counts = {
        "assumptions": len(case.assumptions),
        "unconfirmed": sum(not each.confirmed_by for each in case.assumptions),
    }
    able = workspace.root / "data" / CAPABILITY_FILE
    own = {
        "assumption_set": {
            "sha256": _sha256([asdict(each) for each in case.assumptions], case.bidder_counts),
            **counts,
        },
        "capability": {"sha256": _sha256(_read(able) if able.is_file() else "")},
        "rules": {"sha256": _sha256(asdict(rules))},
    }
    return own, case, rules.seed


def _sha256(*content: Any) -> str:
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def consolidation(workspace: Workspace, case: str = "", rules: str = "", *, max_agreements: int = 0) -> Analysis:
    """Return which agreements to bring together, as findings: the plan, what fewer cost, what it rests on.

    Parameters
    ----------
    case : str, optional
        A case file, whose present agreements are taken; default: all agreements in force in the register.
    rules : str, optional
        A file with rules; default: ``data/consolidation.yaml`` where it is there.
    max_agreements : int, optional
        Agreements in the plan at most; 0: as the rules say.
    """
    from partnership_lib.consolidation.planning.beside import look_beside
    from partnership_lib.consolidation.planning.consolidating import STEPS, consolidate
    from partnership_lib.consolidation.report import consolidation_report
    from partnership_lib.consolidation.solving.watching import Watch

    chosen = rules_of(workspace, rules or None)
    if max_agreements:
        chosen = replace(chosen, max_agreements=max_agreements)
    whole = workspace.case(case) if case else register_case(workspace)
    with in_notebook(workspace.language) as draw:
        steps = Steps(draw, STEPS, "consolidation_step", workspace.language)
        found = consolidate(whole, chosen, tell=steps.tell)
        beside = look_beside(found, Watch(), front=True, advice=True, tell=steps.tell)
    opened_with = None if case else f" --rules {rules}" if rules else ""
    return consolidation_report(found, beside, workspace.as_of, workspace.currency, opened_with)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("problem_file_unreadable", file=str(file), reason=str(error)) from error

"""How sure the saving of a plan is, and how much of that rests on what nobody has confirmed."""

from __future__ import annotations

from typing import Any

from partnership_lib.consolidation.planning.beside import Beside
from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns
from partnership_lib.consolidation.planning.spread import interval_sek, saves_share
from partnership_lib.findings import Finding, Signal

MOSTLY_UNCONFIRMED = 0.5
"""From which share of the uncertainty on unconfirmed assumptions the answer is called no verdict."""


def uncertainty(found: Consolidation, beside: Beside) -> tuple[Finding, ...]:
    """Return between what the difference lies when assumptions are drawn anew; nothing for a plan without bundles."""
    if not len(bundle_columns(found)):
        return ()
    if beside.spread is None:
        return (Finding("consolidation.uncertainty_none", signal=Signal.ATTENTION),)
    differences, share = beside.spread.plan_sek, beside.spread.unconfirmed_share
    low, high = interval_sek(differences)
    values: dict[str, Any] = {
        **told("low", low),
        **told("high", high),
        "saves": saves_share(differences),
        "draws": len(differences),
        "unconfirmed": share,
    }
    first = Finding("consolidation.uncertainty", high - low, "sek", values)
    if share < MOSTLY_UNCONFIRMED:
        return (first,)
    return (first, Finding("consolidation.no_verdict", share, "share", {"number": share}, signal=Signal.ATTENTION))


def told(name: str, difference_sek: float) -> dict[str, Any]:
    """Return a difference as a sentence names it: its size, and whether that is dearer or cheaper."""
    return {name: abs(difference_sek), f"{name}_direction": "dearer" if difference_sek > 0.0 else "cheaper"}

"""What no estimate of this kind can see; printed whatever the answer is."""

from __future__ import annotations

from collections.abc import Sequence

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.findings import Finding, Section

LIMITS = (
    "selection",
    "anticipation",
    "spill_over",
    "index_choice",
    "quality_change",
    "moved_costs",
    "one_unit",
)
"""Decision model, 5.3."""
OF_PROGRAMME = (*(name for name in LIMITS if name != "one_unit"), "shared_donors")
"""Several partnerships are several cases, but they are held against the same series."""


def limits_section(_: AnalysisContext, limits: Sequence[str] = LIMITS) -> Section:
    """Return the limits: they are always the same, and always told."""
    return Section("limits", tuple(Finding(f"outcome.limit_{name}") for name in limits))

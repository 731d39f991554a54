"""A comparison in a workspace: the case that is meant, as thorough as is asked for, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from partnership_lib.display.progress import Steps, in_notebook

if TYPE_CHECKING:
    from partnership_lib.decision.cases.records import Case
    from partnership_lib.decision.measures.comparison import Comparison
    from partnership_lib.workspace.place import Workspace


def compare_case(
    workspace: Workspace, case: Case | Path | str, *, quick: bool, progress: Callable[[str], None] | None
) -> Comparison:
    """Return what the plans of a case cost; in a notebook a bar shows how far it has come, unless somebody else does.

    Parameters
    ----------
    progress : callable or None
        Hears the name of every step before it begins.
    """
    from partnership_lib.decision.cases.records import Case
    from partnership_lib.decision.measures.compare import STEPS, compare

    whole = case if isinstance(case, Case) else workspace.case(case)
    asked = replace(whole, effort=whole.effort.quick()) if quick else whole
    if progress is not None:
        return compare(asked, progress)
    with in_notebook(workspace.language) as draw:
        return compare(asked, Steps(draw, STEPS, "compare_step", workspace.language).tell)

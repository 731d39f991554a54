"""The cases of a workspace by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from partnership_lib.workspace.case_files import case_names, open_case

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.decision.cases.records import Case
    from partnership_lib.workspace.place import Workspace


class Cases(Mapping[str, "Case"]):
    """The cases in ``data/cases``, each opened when it is asked for.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> ws.cases["skoladministration"].name
    'Skoladministration'
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, name: str) -> Case:
        return open_case(self._workspace.root, name)

    def __iter__(self) -> Iterator[str]:
        return iter(case_names(self._workspace.root))

    def __len__(self) -> int:
        return len(case_names(self._workspace.root))

    @property
    def frame(self) -> pd.DataFrame:
        """Return what there is to compare, a row for each case, with the columns of `CASE_COLUMNS`."""
        import pandas as pd

        rows = [
            {
                "case": name,
                "name": case.name,
                "agreements_today": len(case.present),
                "agreements_proposed": len(case.proposed),
                "needs": len(case.needs),
                "annual_value_sek": sum(need.annual_value_sek for need in case.needs),
            }
            for name, case in self.items()
        ]
        return pd.DataFrame(rows, columns=list(CASE_COLUMNS))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        return f"cases: {', '.join(self) or '–'}"


CASE_COLUMNS = ("case", "name", "agreements_today", "agreements_proposed", "needs", "annual_value_sek")


def assumptions_frame(workspace: Workspace) -> pd.DataFrame:
    """Return the default assumptions of a workspace, a row each."""
    from partnership_lib.analysis.tables import table
    from partnership_lib.decision.report.distributions import three_points
    from partnership_lib.workspace.case_files import default_assumptions

    rows = []
    for each in default_assumptions(workspace.root):
        low, middle, high = three_points(each.distribution)
        rows.append(
            {
                "assumption": each.name,
                "scope": each.scope or None,
                "low_end": low,
                "middle": middle,
                "high_end": high,
                "assumption_unit": each.unit,
                "basis": each.basis.value,
                "grade": each.grade or None,
                "source": each.source,
                "source_sv": each.source_sv or None,
                "assumed_date": each.date,
                "confirmed_by": each.confirmed_by or None,
            }
        )
    return table(rows, ASSUMPTION_COLUMNS)


ASSUMPTION_COLUMNS = (
    *("assumption", "scope", "low_end", "middle", "high_end", "assumption_unit", "basis", "grade"),
    *("source", "source_sv", "assumed_date", "confirmed_by"),
)

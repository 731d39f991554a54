"""All kinds of records by name: of the whole register, or of one agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnership_lib.domain import RECORD_TYPES, RegisterContent
from partnership_lib.workspace.material.nearest import nearest
from partnership_lib.workspace.material.selection import Activities, Meetings, Records

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.workspace.place import Workspace

_SELECTIONS: dict[str, type[Records[Any]]] = {"activities": Activities, "meetings": Meetings}


class Shelf:
    """Every kind of record by its name in the register: ``ws.records.risks``, ``ws.records.sign_offs``.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> ws.records.sign_offs.frame.columns.tolist()[:3]
    ['id', 'list_version_id', 'party']
    """

    def __init__(self, workspace: Workspace, content: RegisterContent) -> None:
        self._workspace = workspace
        self._content = content

    def __getattr__(self, name: str) -> Records[Any]:
        if name not in RECORD_TYPES:
            told = f"{name!r} is not here. Nearest: {nearest(name, dir(self))}"
            raise AttributeError(told, name=name, obj=self)
        return self._selection(name)

    def _selection(self, name: str) -> Records[Any]:
        kind = _SELECTIONS.get(name, Records)
        return kind(self._workspace, name, getattr(self._content, name))

    def __dir__(self) -> list[str]:
        return sorted([*RECORD_TYPES, "counts"])

    @property
    def counts(self) -> pd.DataFrame:
        """Return how many records there are of each kind: records, count."""
        import pandas as pd

        counted = {name: len(getattr(self._content, name)) for name in RECORD_TYPES}
        return pd.DataFrame({"records": list(counted), "count": list(counted.values())})

    def __repr__(self) -> str:
        counted = {name: len(getattr(self._content, name)) for name in RECORD_TYPES}
        return f"records: {', '.join(f'{name} {count}' for name, count in counted.items() if count) or '–'}"

"""Some records of one kind: narrowed by calling, read as a frame, one of them taken by its id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, get_type_hints

from partnership_lib.domain import (
    RECORD_TYPES,
    Activity,
    ActivityStatus,
    Agreement,
    AgreementStatus,
    Meeting,
    Record,
)
from partnership_lib.errors import UsageError
from partnership_lib.workspace.material.nearest import nearest
from partnership_lib.workspace.material.record_frames import record_columns, record_frame

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.workspace.place import Workspace

One = TypeVar("One")
_ROWS_TOLD, _WIDEST = 8, 48


class Records(Generic[One]):
    """Some records of one kind in the register.

    Calling it narrows it to those with a fact, `frame` gives them as a data frame, and ``[...]`` one of them by its id.

    Attributes
    ----------
    name : str
        Their name in the register, such as ``activities``.
    records : tuple
        The records themselves.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> tactical = ws.records.activities(agreement_id="A-001", level="tactical")
    >>> len(tactical), tactical.frame["status"].iloc[0]
    (16, 'done')
    >>> ws.records.risks["A-001-R01"].probability
    4
    """

    def __init__(self, workspace: Workspace, name: str, records: Sequence[Any]) -> None:
        self.workspace = workspace
        self.name = name
        self.records = tuple(records)

    @property
    def kind(self) -> type[Record]:
        """Return the type of the records."""
        return RECORD_TYPES[self.name]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return them as a data frame, a row each: the fields, names beside ids, and the state on the as-of date."""
        return record_frame(self.kind, self.records, self.workspace.content(), self.workspace.as_of)

    def __call__(self, **facts: Any) -> Self:
        """Return those with these facts: ``level="tactical"``, or one of several: ``level=("tactical", "strategic")``.

        Raises
        ------
        UsageError
            ``unknown_fact`` or ``unknown_fact_value``, with the nearest that there are.
        """
        return self._with(**facts)

    def _with(self, **facts: Any) -> Self:
        kept = self
        for name, wanted in facts.items():
            values = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else (wanted,)
            self._check(name, values)
            kept = kept._where(kept.frame[name].isin([_plain(value) for value in values]))
        return kept

    def __getitem__(self, record_id: str) -> One:
        found = next((record for record in self.records if record.id == record_id), None)
        if found is None:
            ids = [record.id for record in self.records]
            raise UsageError("unknown_record", found=record_id, table=self.name, allowed=nearest(record_id, ids) or "–")
        return self._one(found)

    def _one(self, record: Any) -> One:
        one: One = record
        return one

    def __iter__(self) -> Iterator[One]:
        return map(self._one, self.records)

    def __contains__(self, record_id: object) -> bool:
        return any(record.id == record_id for record in self.records)

    def __len__(self) -> int:
        return len(self.records)

    def _ipython_key_completions_(self) -> list[str]:
        return [record.id for record in self.records]

    def __repr__(self) -> str:
        told = f"{self.name}: {len(self)}"
        columns = [name for name in _TOLD if name in self.frame.columns]
        if not self.records or not columns:
            return told
        rest = "" if len(self) <= _ROWS_TOLD else f"\n… {len(self) - _ROWS_TOLD} more: .frame"
        return f"{told}\n{self.frame[columns].head(_ROWS_TOLD).to_string(index=False, max_colwidth=_WIDEST)}{rest}"

    def _where(self, chosen: Any) -> Self:
        kept = [record for record, wanted in zip(self.records, chosen, strict=True) if wanted]
        return type(self)(self.workspace, self.name, kept)

    def _that(self, holds: Callable[[Any], bool]) -> Self:
        return self._where([holds(record) for record in self.records])

    def _values(self, name: str) -> set[Any]:
        """Return the values of a fact in the whole register."""
        whole = type(self)(self.workspace, self.name, getattr(self.workspace.content(), self.name))
        return set(whole.frame[name].dropna())

    def _check(self, name: str, values: Any) -> None:
        """Refuse a fact that no such record has, and a value that none has in the whole register."""
        columns = record_columns(self.kind)
        if name not in columns:
            raise UsageError("unknown_fact", found=name, table=self.name, allowed=nearest(name, columns))
        if columns[name] in (int, float, bool, date):
            return  # that nothing has a number is an answer; that nothing has a name is a slip of the pen
        known = set(_codes(self.kind, name)) or self._values(name)
        for value in values:
            if _plain(value) not in known:
                allowed = nearest(value, sorted(known, key=str)) or "–"
                raise UsageError("unknown_fact_value", found=value, fact=name, table=self.name, allowed=allowed)


_TOLD = ("id", "name", "title", "level", "status", "state", "planned_date", "due_date", "end_date", "supplier",
         "description", "month", "value")  # fmt: skip
"""Columns that tell a record in a terminal."""


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _codes(kind: type[Record], name: str) -> tuple[str, ...]:
    """Return the codes that a field can have; none where it holds no codes."""
    hint = get_type_hints(kind).get(name)
    for part in (hint, *getattr(hint, "__args__", ())):
        if isinstance(part, type) and issubclass(part, Enum):
            return tuple(each.value for each in part)
    return _STATES.get(kind, ()) if name in ("status", "state") else ()


_STATES: Mapping[type[Record], tuple[str, ...]] = {
    Agreement: tuple(each.value for each in AgreementStatus),
    Activity: tuple(each.value for each in ActivityStatus),
    Meeting: ("held", "cancelled", "missed", "coming"),
}
"""Where a record can stand on a day."""


class Activities(Records[Activity]):
    """Activities, on the lists of one agreement or of all.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> [each.id for each in ws.agreement("A-001").activities(level="tactical").overdue()]
    ['A-001-205', 'A-001-211']
    """

    def overdue(self) -> Self:
        """Return those whose due date has passed and that are not done."""
        return self._with(status="overdue")

    def unfinished(self) -> Self:
        """Return those that are neither done nor withdrawn."""
        return self._with(status=("open", "overdue"))

    def done(self) -> Self:
        """Return those that are done."""
        return self._with(status="done")


class Meetings(Records[Meeting]):
    """Meetings of one agreement or of all."""

    def held(self) -> Self:
        """Return those that were held."""
        return self._with(state="held")

    def coming(self) -> Self:
        """Return those that lie ahead."""
        return self._with(state="coming")

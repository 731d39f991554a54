"""Agreements, and all that the register and the ledger hold of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from partnership_lib.domain import Agreement, Organisation, Person
from partnership_lib.units.dates import add_months
from partnership_lib.workspace.material.ledger import Ledger
from partnership_lib.workspace.material.selection import Activities, Meetings, Records
from partnership_lib.workspace.material.shelf import Shelf

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.workspace.place import Workspace


class OneAgreement(Shelf):
    """An agreement with everything that is its own: every kind of record by name, its spend and its ledger lines.

    Attributes
    ----------
    record : Agreement
        The agreement as the register has it.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> school = ws.agreement("A-001")
    >>> school.status, school.supplier.name
    ('in_force', 'Läsårsringen Sverige AB')
    >>> school.spend.columns.tolist()
    ['month', 'certain_ore', 'possible_ore', 'lines']
    >>> len(school.sign_offs), len(school.amendments), len(school.indicators)
    (22, 4, 5)
    """

    def __init__(self, workspace: Workspace, record: Agreement) -> None:
        super().__init__(workspace, workspace.content().of_agreement(record.id))
        self.record = record

    @property
    def id(self) -> str:
        """Return its id."""
        return self.record.id

    @property
    def name(self) -> str:
        """Return its name."""
        return self.record.name

    @property
    def status(self) -> str:
        """Return ``coming``, ``in_force`` or ``ended``: where it is in its life on the as-of date."""
        return self.record.status_on(self._workspace.as_of).value

    @property
    def supplier(self) -> Organisation | None:
        """Return its supplier."""
        return self._workspace.content().find(Organisation, self.record.supplier_id)

    @property
    def owner(self) -> Person | None:
        """Return who answers for it at the municipality."""
        return self._workspace.content().find(Person, self.record.owner_id)

    @property
    def activities(self) -> Activities:
        """Return its activities, on all three levels."""
        return Activities(self._workspace, "activities", self._content.activities)

    @property
    def meetings(self) -> Meetings:
        """Return its meetings."""
        return Meetings(self._workspace, "meetings", self._content.meetings)

    @property
    def spend(self) -> pd.DataFrame:
        """Return what was bought on it per month: month, certain_ore, possible_ore, lines."""
        return self._workspace.agreement_spend(self.id)

    @property
    def ledger(self) -> Ledger:
        """Return the ledger lines that certainly belong to it."""
        return self._workspace.ledger(agreement=self.id)

    def __dir__(self) -> list[str]:
        own = ("id", "ledger", "name", "owner", "record", "spend", "status", "supplier")
        return sorted([*super().__dir__(), *own])

    def __repr__(self) -> str:
        supplier = self.supplier.name if self.supplier else self.record.supplier_id
        end = self.record.end_date or "…"
        head = f"{self.id} {self.name} ({self.status}, {self.record.start_date} – {end}), {supplier}"
        return f"{head}\n{super().__repr__()}"


class Agreements(Records[OneAgreement]):
    """Agreements of the register.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> len(ws.agreements.in_force()), len(ws.agreements.partnerships())
    (40, 8)
    >>> ws.agreements["A-001"].name
    'Skoladministration'
    """

    def _one(self, record: Any) -> OneAgreement:
        return OneAgreement(self.workspace, record)

    def in_force(self) -> Self:
        """Return those in force on the as-of date."""
        return self._with(status="in_force")

    def partnerships(self) -> Self:
        """Return the partnerships."""
        return self._that(lambda record: record.is_partnership)

    def ending(self, months: int = 12) -> Self:
        """Return those in force that end within so many months."""
        last = add_months(self.workspace.as_of, months)
        return self.in_force()._that(lambda record: record.end_date is not None and record.end_date <= last)

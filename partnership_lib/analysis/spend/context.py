"""What every section of the spend report is computed from: matched lines, the register, one period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.analysis.matching import agreement_segments, agreement_sums, held, match_lines, spend_cube
from partnership_lib.analysis.spend.cube import NOW, window_of, with_dimensions
from partnership_lib.analysis.suppliers.masking import (
    SOLE_TRADER,
    masked_suppliers,
    person_numbers,
    without_personal_numbers,
)
from partnership_lib.analysis.tables import fetched
from partnership_lib.domain import Agreement, Organisation
from partnership_lib.units.dates import add_months
from partnership_lib.units.organisation_number import (
    is_natural_person,
    mask_personal_numbers,
    normalise_organisation_number,
)

if TYPE_CHECKING:
    import ibis

_CUBE = ("buyer_id", "window", "year", "supplier_key", "account", "administration", "agreement_id", "coverage",
         "ground_kind", "is_named")  # fmt: skip
_TWO_YEARS = 24


def account_months(lines: ibis.Table) -> pd.DataFrame:
    """Return everything in the ledger by account and month: account, month (its first day), amount_ore, lines."""
    dated = lines.mutate(month=lines.booked_date.truncate("M").cast("date"))
    sums = dated.group_by(["account", "month"]).aggregate(amount_ore=dated.amount_ore.sum(), lines=dated.count())
    return fetched(sums.order_by(["account", "month"]))


@dataclass(frozen=True, kw_only=True)
class SpendContext(AnalysisContext):
    """All spend, seen from one period.

    Attributes
    ----------
    spend : pandas.DataFrame
        Everything in the ledger, from `account_months`.
    ledger : ibis.Table
        The ledger lines, columns of `LEDGER_SCHEMA`.
    exclusions : pandas.DataFrame, optional
        What was left out of both, from `without_excluded`.
    """

    kind: ClassVar[str] = "spend"

    ledger: ibis.Table
    exclusions: pd.DataFrame | None = None

    @cached_property
    def months(self) -> pd.DataFrame:
        """Return everything in the ledger month by month: month, amount_ore, lines."""
        return self.spend.groupby("month", as_index=False)[["amount_ore", "lines"]].sum()

    @cached_property
    def last_month(self) -> date | None:
        """Return the last whole month up to the report date that the ledger covers."""
        months = [m for m in self.months["month"] if add_months(m, 1) - timedelta(days=1) <= self.report_date]
        return max(months, default=None)

    @cached_property
    def segments(self) -> pd.DataFrame:
        """Return the time of each supplier with an agreement, cut into pieces."""
        return agreement_segments(self.content)

    def known_lines(self, months: int | None = None) -> ibis.Table:
        """Return the lines as they stand, of so many months (default: all) up to the last month."""
        assert self.last_month is not None
        until = self.ledger.filter(self.ledger.booked_date < add_months(self.last_month, 1))
        return until if months is None else until.filter(until.booked_date >= add_months(self.last_month, 1 - months))

    @cached_property
    def cube(self) -> ibis.Table:
        """Return the sums of the last twelve months and of the twelve before."""
        assert self.last_month is not None
        matched = match_lines(self.known_lines(_TWO_YEARS), self.segments)
        return held(spend_cube(with_dimensions(matched, self.last_month), _CUBE))

    @cached_property
    def year(self) -> ibis.Table:
        """Return the sums of the last twelve months."""
        return self.cube.filter(self.cube.window == NOW)

    @cached_property
    def total_ore(self) -> int:
        """Return all spend of the last twelve months [öre]."""
        return int(self.year.amount_ore.sum().fill_null(0).cast("int64").to_pyarrow().as_py())

    @cached_property
    def agreement_cube(self) -> pd.DataFrame:
        """Return the sums of all lines of suppliers that have, had or will have an agreement."""
        import ibis

        assert self.last_month is not None
        window = window_of(ibis._.booked_date, self.last_month)
        return agreement_sums(self.known_lines(), self.segments, window=window)

    @cached_property
    def agreement_year(self) -> pd.DataFrame:
        """Return the sums of the last twelve months by how they stand to the agreements of their supplier."""
        return self.agreement_cube[self.agreement_cube["window"] == NOW]

    @cached_property
    def names(self) -> ibis.Table:
        """Return the name of each supplier of the two years, and whether it is a natural person."""
        lines = self.known_lines(_TWO_YEARS)
        return held(
            lines.group_by("supplier_key").aggregate(
                supplier=lines.supplier.max(), supplier_is_person=lines.supplier_is_person.any()
            )
        )

    @cached_property
    def account_texts(self) -> dict[str, str]:
        """Return the name of each account of the two years."""
        lines = self.known_lines(_TWO_YEARS)
        texts = lines.group_by("account").aggregate(account_text=lines.account_text.max())
        frame = self.rows(texts)
        return dict(zip(frame["account"], frame["account_text"], strict=True))

    @cached_property
    def _person_numbers(self) -> dict[str, str]:
        persons = self.names.filter(self.names.supplier_is_person)
        return person_numbers(fetched(persons)["supplier_key"])

    def rows(self, query: ibis.Table) -> pd.DataFrame:
        """Return a small result without personal numbers in its texts."""
        return _unreadable(fetched(query))

    def rows_of(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows without personal numbers in their texts."""
        return [dict(zip(row, without_personal_numbers(row.values()), strict=True)) for row in rows]

    def named_rows(self, query: ibis.Table) -> pd.DataFrame:
        """Return a small result with the names of its suppliers, natural persons masked; in the order of the query."""
        frame = fetched(query)
        known = fetched(self.names.filter(self.names.supplier_key.isin(list(frame["supplier_key"].unique()))))
        return _unreadable(masked_suppliers(frame.merge(known, on="supplier_key", how="left"), self._person_numbers))

    def agreement(self, agreement_id: str) -> Agreement:
        """Return the agreement with this id."""
        found = self.content.find(Agreement, agreement_id)
        assert found is not None
        return found

    def supplier_name(self, agreement_id: str) -> str:
        """Return the name of an agreement's supplier."""
        supplier = self.content.find(Organisation, self.agreement(agreement_id).supplier_id)
        if supplier is None:
            return self.agreement(agreement_id).supplier_id
        number = normalise_organisation_number(supplier.organisation_number)
        return SOLE_TRADER if number and is_natural_person(number) else mask_personal_numbers(supplier.name)

    def account_name(self, account: Any) -> str:
        """Return an account's name, or its number where it has none."""
        return self.account_texts.get(account) or str(account)

    def change(self, now: int, before: int) -> float | None:
        """Return how much an amount has changed as a share of what it was, or None where that says nothing."""
        return (now - before) / before if before > 0 else None


def _unreadable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the personal numbers in its texts made unreadable."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    changed = {name: pd.Series(without_personal_numbers(frame[name]), frame.index, dtype=object) for name in texts}
    return frame.assign(**changed)

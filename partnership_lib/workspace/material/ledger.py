"""Ledger lines: narrowed by calling, summed by whatever they are told apart by, natural persons masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.tables import fetched, table
from partnership_lib.errors import UsageError
from partnership_lib.files.quarantine import QuarantinedRow, read_quarantine
from partnership_lib.units.period import Period
from partnership_lib.workspace.material.nearest import nearest
from partnership_lib.workspace.periods import as_period

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from partnership_lib.workspace.place import Workspace

LINE_COLUMNS = (
    *("booked_date", "supplier_key", "supplier", "account", "account_text", "administration", "amount_ore"),
    *("agreement_id", "coverage", "ground_kind", "voucher_id", "invoice_id", "agreement_reference"),
    *("ledger_file", "line_number"),
)
QUARANTINE_COLUMNS = ("ledger_file", "line_number", "refusal", "found", "allowed", "amount_ore", "raw")
BY = {
    "supplier": ("supplier_key", "supplier"),
    "account": ("account", "account_text"),
    "administration": ("administration",),
    "month": ("month",),
    "year": ("year",),
    "coverage": ("coverage",),
    "ground": ("ground_kind",),
}
"""What lines are told apart by, and the columns that say it."""
BOUNDED = {
    "agreement": ("agreement_id", "name", "supplier"),
    "category": ("cpv_division", "agreements"),
}
"""What no line says by itself: it is between two bounds."""
_BOUNDS = ("lower_ore", "likely_ore", "upper_ore", "lines", "shared_lines")
_KEYS = {"supplier": "supplier_key", "account": "account", "ground": "ground_kind"}


@dataclass(frozen=True, repr=False)
class Ledger:
    """The accepted ledger lines of a workspace, or some of them.

    Calling it narrows it, `by` sums it, `frame` gives the lines and `table` the same as an Ibis expression. Suppliers
    that are natural persons are called ``sole_trader`` under a running number.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> ws = plib.open()
    >>> ws.ledger(2025).by("supplier").columns.tolist()
    ['supplier_key', 'supplier', 'amount_ore', 'lines']
    >>> ws.ledger("2026-T2", account="6151").by("month", "administration").shape
    (4, 4)
    >>> ws.ledger(2025).by("agreement").columns.tolist()[3:]
    ['lower_ore', 'likely_ore', 'upper_ore', 'lines', 'shared_lines']
    """

    workspace: Workspace
    period: Period | None = None
    supplier: str | None = None
    account: str | None = None
    administration: str | None = None
    agreement: str | None = None

    def __call__(
        self,
        period: str | int | Period | None = None,
        *,
        supplier: str | None = None,
        account: str | None = None,
        administration: str | None = None,
        agreement: str | None = None,
    ) -> Ledger:
        """Return the lines of a period, of a supplier (its number or name), an account, a department, an agreement.

        Raises
        ------
        UsageError
            ``unknown_period`` or ``unknown_agreement``; ``unknown_ledger_value`` with the nearest that there are.
        """
        chosen = {"supplier": supplier, "account": account, "administration": administration}
        for name, value in chosen.items():
            if value is not None:
                self._check(name, value)
        if agreement is not None:
            self.workspace.agreement(agreement)  # one that is not there is told here
        told: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
        told |= {} if period is None else {"period": as_period(period)}
        return replace(self, **told | ({} if agreement is None else {"agreement": agreement}))

    @property
    def table(self) -> ibis.Table:
        """Return the lines as an Ibis table, with the agreement that each certainly belongs to and its coverage."""
        import ibis

        from partnership_lib.analysis.suppliers.masking import SOLE_TRADER

        lines, persons = self._matched(), self._person_numbers()
        masked = lines.left_join(persons, lines.supplier_key == persons.person_key)
        return masked.mutate(
            supplier=ibis.ifelse(masked.supplier_is_person, SOLE_TRADER, masked.supplier),
            supplier_key=masked.person_number.coalesce(masked.supplier_key),
            month=masked.booked_date.truncate("M").cast("date"),
            year=masked.booked_date.year().cast("int64"),
        ).drop("person_key", "person_number")

    @property
    def frame(self) -> pd.DataFrame:
        """Return the lines as a data frame, in the order of their days; personal numbers in texts are unreadable."""
        lines = self.table.order_by(["booked_date", "file_sha256", "line_number"])
        names = {file.sha256: file.name for file in self.workspace.warehouse.files()}
        frame = fetched(lines)
        return _readable(frame.assign(ledger_file=frame["file_sha256"].map(names))[list(LINE_COLUMNS)])

    def by(self, *what: str) -> pd.DataFrame:
        """Return sums by supplier, account, administration, month, year, coverage or ground; several may be named.

        ``agreement`` and ``category`` (the CPV division of the agreement) give bounds instead of one sum: what was
        certainly bought, that with what account and department point to, and what may have been. ``month`` can stand
        beside them.

        Raises
        ------
        UsageError
            ``unknown_ledger_dimension``, or ``bounds_by_month_only`` when anything else stands beside these two.
        """
        for name in what:
            if name not in BY and name not in BOUNDED:
                raise UsageError("unknown_ledger_dimension", found=name, allowed=nearest(name, (*BY, *BOUNDED)))
        bounded = [name for name in what if name in BOUNDED]
        return self._bounds(bounded[0], [name for name in what if name != bounded[0]]) if bounded else self._sums(what)

    @property
    def total_ore(self) -> int:
        """Return the sum of the lines [öre]."""
        return int(self._matched().amount_ore.sum().fill_null(0).cast("int64").to_pyarrow().as_py())

    @property
    def files(self) -> pd.DataFrame:
        """Return the imported files: what was read, accepted, quarantined, and between which days."""
        from partnership_lib.ledger.quality import ledger_quality_of

        return ledger_quality_of(self.workspace.warehouse).files

    @property
    def quarantine(self) -> pd.DataFrame:
        """Return the rows that were refused, with the reason; personal numbers in them are unreadable."""
        folder = self.workspace.warehouse.quarantine_folder
        counting = {file.quarantine for file in self.workspace.warehouse.current_files() if file.quarantine}
        rows: list[dict[str, Any]] = []
        for path in sorted(folder.glob("*.csv")) if folder.is_dir() else ():
            if path.relative_to(self.workspace.warehouse.root).as_posix() in counting:
                rows += map(_refused, read_quarantine(path))
        return _readable(table(rows, QUARANTINE_COLUMNS))

    def __dir__(self) -> list[str]:
        return ["by", "files", "frame", "quarantine", "table", "total_ore"]

    def __repr__(self) -> str:
        named = {name: getattr(self, name) for name in ("supplier", "account", "administration", "agreement")}
        told = [self.period.label] if self.period else []
        told += [f"{name} {value}" for name, value in named.items() if value]
        lines = self._matched().count().to_pyarrow().as_py()
        return f"ledger {', '.join(told) or '(all)'}: {lines} lines, {self.total_ore} öre; .by({', '.join(BY)} …)"

    def _lines(self) -> ibis.Table:
        """Return the lines as the warehouse has them, an accepted alias under the supplier that it is."""
        lines = self.workspace.ledger_lines(self.workspace.content())
        if self.period is not None:
            lines = lines.filter(lines.booked_date >= self.period.start, lines.booked_date < self.period.end)
        if self.supplier is not None:
            lines = lines.filter((lines.supplier_key == self.supplier) | (lines.supplier == self.supplier))
        if self.account is not None:
            lines = lines.filter(lines.account == self.account)
        if self.administration is not None:
            lines = lines.filter(lines.administration == self.administration)
        return lines

    def _matched(self) -> ibis.Table:
        from partnership_lib.analysis.matching import agreement_segments, match_lines

        matched = match_lines(self._lines(), agreement_segments(self.workspace.content()))
        return matched if self.agreement is None else matched.filter(matched.agreement_id == self.agreement)

    def _person_numbers(self) -> ibis.Table:
        """Return what stands for each natural person in the whole ledger, so that it means the same in every frame."""
        from partnership_lib.analysis.matching.lines import small_table
        from partnership_lib.analysis.suppliers.masking import person_numbers

        lines = self.workspace.ledger_lines(self.workspace.content())
        persons = lines.filter(lines.supplier_is_person).select("supplier_key").distinct().to_pyarrow()
        numbers = person_numbers(persons["supplier_key"].to_pylist())
        return small_table(
            {"person_key": (list(numbers), "string"), "person_number": (list(numbers.values()), "string")}
        )

    def _sums(self, what: Iterable[str]) -> pd.DataFrame:
        """Return sums of the lines; a key's text is the last in the alphabet where it has had several."""
        lines = self.table
        columns = [column for name in what for column in BY[name]]
        keys = [_KEYS.get(name, name) for name in what]
        texts = {column: lines[column].max() for column in columns if column not in keys}
        sums = lines.group_by(keys).aggregate(
            **texts, amount_ore=lines.amount_ore.sum().cast("int64"), lines=lines.count()
        )
        in_time = [key for key in keys if key in ("month", "year")]
        order = [*in_time, sums.amount_ore.desc(), *(key for key in keys if key not in in_time)]
        return _readable(fetched(sums.order_by(order)))[[*columns, "amount_ore", "lines"]]

    def _bounds(self, what: str, beside: list[str]) -> pd.DataFrame:
        if any(name != "month" for name in beside):
            raise UsageError("bounds_by_month_only", found=", ".join(beside), what=what)
        import ibis

        from partnership_lib.analysis.matching import agreement_bounds, agreement_segments, agreement_sums

        segments = agreement_segments(self.workspace.content())
        month = {"month": ibis._.booked_date.truncate("M")} if beside else {}
        frame = agreement_bounds(agreement_sums(self._lines(), segments, **month), segments, by=tuple(month))
        if self.agreement is not None:
            frame = frame[frame["agreement_id"] == self.agreement].reset_index(drop=True)
        return self._named(frame, list(month)) if what == "agreement" else self._by_category(frame, list(month))

    def _named(self, frame: pd.DataFrame, month: list[str]) -> pd.DataFrame:
        known = self.workspace.agreements.frame.set_index("id")[["name", "supplier"]]
        named = frame.join(known, on="agreement_id")
        return _readable(named[[*BOUNDED["agreement"], *month, *_BOUNDS]])

    def _by_category(self, frame: pd.DataFrame, month: list[str]) -> pd.DataFrame:
        known = self.workspace.agreements.frame.set_index("id")["category"].str[:2] + "000000"
        divided = frame.assign(cpv_division=frame["agreement_id"].map(known))
        sums = {"agreements": ("agreement_id", "nunique"), **{name: (name, "sum") for name in _BOUNDS}}
        return divided.groupby(["cpv_division", *month], as_index=False).agg(**sums)[
            ["cpv_division", *month, "agreements", *_BOUNDS]
        ]

    def _check(self, name: str, value: str) -> None:
        """Refuse a supplier, an account or a department that no line has."""
        columns = BY[name]
        told = fetched(self.table.select(*columns).distinct())
        known = [str(each) for column in columns for each in told[column].dropna()]
        if value not in known:
            raise UsageError("unknown_ledger_value", found=value, fact=name, allowed=nearest(value, sorted(set(known))))


def _refused(row: QuarantinedRow) -> dict[str, Any]:
    cells = (row.file, row.line, row.reason, row.found or None, row.allowed or None, row.ore, row.raw)
    return dict(zip(QUARANTINE_COLUMNS, cells, strict=True))


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the personal numbers in its texts made unreadable."""
    import pandas as pd

    from partnership_lib.analysis.suppliers.masking import without_personal_numbers

    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    changed = {name: pd.Series(without_personal_numbers(frame[name]), frame.index, dtype=object) for name in texts}
    return frame.assign(**changed)

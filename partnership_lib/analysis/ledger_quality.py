"""How much of the ledger came in, what was left out and why, and how sure what came in is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from partnership_lib.analysis.tables import table
from partnership_lib.findings import Analysis, Finding, Section, Signal

if TYPE_CHECKING:
    from partnership_lib.ledger.quality import LedgerQuality

KIND = "ledger_quality"
_MANY_WAITING_SHARE = 0.01
_UNSURE_SUPPLIER_SHARE = 0.05
_FAR_MONTHS, _MAIN_SHARE = 6, 0.9


def ledger_quality(quality: LedgerQuality, as_of: date, currency: str = "SEK") -> Analysis:
    """Return the quality of the ledger as an analysis of its own.

    Parameters
    ----------
    quality : LedgerQuality
        The frames of a warehouse (`ledger.quality.ledger_quality_of`).
    as_of : datetime.date
        Today: lines that are booked later are told.
    """
    context = _Context(quality, as_of, currency)
    sections = tuple(Section(name, tuple(find(context))) for name, find in _SECTIONS.items())
    return Analysis(KIND, sections, {"as_of": as_of, "currency": currency}, (("as_of", as_of),))


def ledger_quality_section(quality: LedgerQuality, as_of: date, currency: str = "SEK") -> Section:
    """Return the same as one section ``ledger_quality``, for a report about something that the ledger says."""
    found = ledger_quality(quality, as_of, currency).findings()
    return Section(KIND, tuple(found))


@dataclass(frozen=True)
class _Context:
    quality: LedgerQuality
    as_of: date
    currency: str

    @property
    def counting(self) -> pd.DataFrame:
        files = self.quality.files
        return files[files["ledger_state"] != "replaced"]

    def notes(self, *codes: str) -> list[dict[str, Any]]:
        """Return the notes with one of these codes, each with its file."""
        rows = self.quality.notes.to_dict("records")
        return [
            {"ledger_file": r["ledger_file"], "row_number": r["values"].get("line"), **r["values"]}
            for r in rows
            if r["note_code"] in codes
        ]

    def finding(
        self,
        code: str,
        number: float | None = None,
        unit: str = "count",
        signal: Signal = Signal.NONE,
        table: pd.DataFrame | None = None,
        **values: Any,
    ) -> Finding:
        known = {"number": number, "currency": self.currency, "as_of": self.as_of}
        return Finding(f"{KIND}.{code}", number, unit, known | values, table, signal)


def _account(context: _Context) -> Iterable[Finding]:
    """Every row of every file that counts is one of four kinds."""
    files = context.counting
    if files.empty:
        yield context.finding("account_empty", 0, signal=Signal.ATTENTION)
        return
    names = ("rows_read", "rows_header", "rows_without_data", "rows_accepted", "rows_quarantined", "rows_repeated")
    sums: dict[str, Any] = {name: int(files[name].sum()) for name in names}
    ore: dict[str, Any] = {name: int(files[name].sum()) for name in ("accepted_ore", "quarantined_ore")}
    columns = ["ledger_file", *names[:1], *names[2:], "accepted_ore", "first_booked", "last_booked"]
    shown = files[columns].reset_index(drop=True)
    yield context.finding("account", sums["rows_accepted"], table=shown, files=len(files), **sums, **ore)


def _quarantine(context: _Context) -> Iterable[Finding]:
    files = context.counting
    waiting, ore = int(files["rows_waiting"].sum()), int(files["waiting_ore"].sum())
    if not waiting:
        yield context.finding("quarantine_none", 0, signal=Signal.GOOD)
        return
    data = waiting + int(files["rows_accepted"].sum())
    signal = Signal.BAD if waiting > _MANY_WAITING_SHARE * data else Signal.ATTENTION
    reasons: Counter[str] = Counter()
    for row in context.quality.refusals.to_dict("records"):
        reasons[row["refusal"]] += row["rows_refused"]
    shown = table(
        ({"refusal": reason, "rows_refused": rows} for reason, rows in reasons.most_common()),
        ("refusal", "rows_refused"),
    )
    values: dict[str, Any] = {"waiting_ore": ore, "refusal": reasons.most_common(1)[0][0]}
    yield context.finding("quarantine", waiting, signal=signal, table=shown, **values)


def _control_totals(context: _Context) -> Iterable[Finding]:
    agree = context.notes("control_total_agrees")
    differ = context.notes("control_total_differs")
    columns = ("ledger_file", "row_number", "stated_ore", "read_ore", "difference_ore")
    if not agree and not differ:
        yield context.finding("control_none", 0)
    elif not differ:
        yield context.finding("control_agrees", len(agree), signal=Signal.GOOD, table=table(agree, columns))
    else:
        shown = table([*differ, *agree], columns)
        yield context.finding("control_differs", len(differ), signal=Signal.BAD, table=shown, all=len(agree + differ))


def _versions(context: _Context) -> Iterable[Finding]:
    versions = context.notes("ledger_version")
    overlaps = context.notes("ledger_overlap")
    unsure = context.notes("ledger_overlap_alike", "ledger_same_months")
    if versions:
        found = table(versions, ("ledger_file", "earlier", "same", "added", "gone", "difference_ore"))
        yield context.finding("versions", len(versions), table=found)
    if overlaps:
        lines, ore = sum(note["lines"] for note in overlaps), sum(note["ore"] for note in overlaps)
        shown = [note | {"booked_ore": note["ore"]} for note in overlaps]
        found = table(shown, ("ledger_file", "earlier", "lines", "booked_ore"))
        yield context.finding("overlaps", lines, table=found, overlap_ore=ore)
    if unsure:
        shown = [note | {"lines": note.get("alike")} for note in unsure]
        found = table(shown, ("ledger_file", "earlier", "lines"))
        yield context.finding("versions_unsure", len(unsure), signal=Signal.ATTENTION, table=found)
    if not versions and not overlaps and not unsure:
        yield context.finding("versions_none", 0, signal=Signal.GOOD)


def _months(context: _Context) -> Iterable[Finding]:
    months = context.quality.months
    if months.empty:
        return
    booked = pd.to_datetime(months["month"]).dt.to_period("M")
    whole = pd.period_range(booked.min(), booked.max(), freq="M")
    gaps = [period.to_timestamp().date() for period in whole.difference(pd.PeriodIndex(booked))]
    span: dict[str, Any] = {"first": booked.min().to_timestamp().date(), "last": booked.max().to_timestamp().date()}
    if gaps:
        shown = table([{"month": gap} for gap in gaps], ("month",))
        yield context.finding("months_gaps", len(gaps), signal=Signal.ATTENTION, table=shown, **span)
    else:
        yield context.finding("months_whole", len(whole), signal=Signal.GOOD, **span)
    later = months[booked > pd.Period(context.as_of, freq="M")]
    if not later.empty:
        lines = int(later["lines"].sum())
        yield context.finding("months_later", lines, signal=Signal.ATTENTION, table=later.reset_index(drop=True))
    yield from _strays(context)
    if by_month := sum(note.get("lines", 0) for note in context.notes("ledger_dates_by_month")):
        yield context.finding("months_only", by_month)


def _strays(context: _Context) -> Iterable[Finding]:
    """Lines far from the rest of their file: a date that was mistyped, or another period's rows in the file."""
    found = stray_months(context.quality.file_months)
    found = found[pd.to_datetime(found["month"]) <= pd.Timestamp(context.as_of)]  # later ones are told for themselves
    if not found.empty:
        lines = int(found["lines"].sum())
        yield context.finding("months_stray", lines, signal=Signal.ATTENTION, table=found.reset_index(drop=True))


def stray_months(file_months: pd.DataFrame) -> pd.DataFrame:
    """Return the months of a file that lie more than half a year from its main period: those with nine tenths of it.

    Parameters
    ----------
    file_months : pandas.DataFrame
        ledger_file, month, lines, booked_ore (`LedgerQuality`).

    Notes
    -----
    A file without such a period (a few scattered months) has none: nothing can be said of it.
    """
    frame = file_months.sort_values(["ledger_file", "month"], ignore_index=True)
    number = pd.Series([month.year * 12 + month.month for month in frame["month"]], dtype="int64")
    of_file = frame["ledger_file"]
    run = ((number.diff() > _FAR_MONTHS) | (of_file != of_file.shift())).cumsum()
    lines_of_run = frame["lines"].groupby(run).transform("sum")
    lines_of_file = frame["lines"].groupby(of_file).transform("sum")
    has_main = lines_of_run.groupby(of_file).transform("max") >= _MAIN_SHARE * lines_of_file
    return frame[has_main & (lines_of_run < _MAIN_SHARE * lines_of_file)]


def _suppliers(context: _Context) -> Iterable[Finding]:
    known = context.quality.identities
    lines = int(known["lines"].sum())
    if not lines:
        return
    sure = int(known.loc[known["supplier_identity"].isin(["number", "person"]), "lines"].sum())
    share = sure / lines
    signal = Signal.ATTENTION if 1 - share > _UNSURE_SUPPLIER_SHARE else Signal.GOOD
    yield context.finding("suppliers", share, "share", signal, known, lines=lines)
    wrong = sum(note["lines"] for note in context.notes("supplier_check_digit"))
    if wrong:
        yield context.finding("suppliers_check_digit", wrong, signal=Signal.ATTENTION)
    masked = sum(note["lines"] for note in context.notes("supplier_masked"))
    if masked:
        yield context.finding("suppliers_masked", masked)


_SECTIONS: dict[str, Callable[[_Context], Iterable[Finding]]] = {
    "account": _account,
    "quarantine": _quarantine,
    "control_totals": _control_totals,
    "versions": _versions,
    "months": _months,
    "suppliers": _suppliers,
}

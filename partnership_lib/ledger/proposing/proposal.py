"""A profile proposed for a file: which column is what, how it is written, why, and what the file does not say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.files.profiles import LINE_FIELDS, LedgerProfile, make_profile
from partnership_lib.files.sources import Source, find_sources
from partnership_lib.ledger.dialects import find_profile, make_layout, shipped_profiles
from partnership_lib.ledger.proposing.evidence import ColumnEvidence, evidence_of
from partnership_lib.ledger.proposing.known import rank
from partnership_lib.ledger.proposing.sampling import Sample, take_sample
from partnership_lib.ledger.proposing.writings import Findings, amounts_written, dates_written, decimal_sign_written

REQUIRED = ("buyer_id|buyer", "supplier|supplier_id", "amount", "booked_date")
_BY_VALUES = ("amount", "booked_date", "supplier_id", "supplier")
_FITS = {
    "amount": lambda column: column.share(column.amounts),
    "booked_date": lambda column: column.share(max(column.dates.values(), default=0)),
}
_ENOUGH = 0.9


@dataclass(frozen=True)
class Choice:
    """A column that a field was found in.

    Attributes
    ----------
    by_heading : bool
        Whether the heading is known for the field; otherwise only its values speak for it.
    supporting, filled : int
        Rows whose value is what the field needs, of the rows that have one.
    others : tuple of str
        Other columns that could have been meant.
    """

    field: str
    heading: str
    by_heading: bool
    supporting: int
    filled: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A proposed profile.

    Attributes
    ----------
    content : dict
        The profile as a TOML file holds it.
    settings : list of (str, str, dict)
        Keys of the profile that are not columns, each with the code and the values of its reason.
    unknown : list of (str, dict)
        What the file does not say: code and values. What begins with ``must_`` has to be told before an import.
    unused : tuple of str
        Headings that no field was found for.
    shipped : tuple of str
        Shipped profiles that fit the file as it is.
    """

    file: str
    kind: str
    rows: int
    is_whole: bool
    content: dict[str, Any]
    choices: tuple[Choice, ...]
    settings: tuple[tuple[str, str, dict[str, Any]], ...]
    unknown: tuple[tuple[str, dict[str, Any]], ...]
    unused: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Return whether the file can be imported with the profile as it stands."""
        return not any(code.startswith("must_") for code, _ in self.unknown)

    def profile(self) -> LedgerProfile:
        """Return the proposed profile."""
        return make_profile({"name": "proposal"} | self.content, self.file)


def propose(path: Path, buyer: str = "", currency: str = "SEK", period: str = "") -> Proposal:
    """Return the profile that a file, or the first ledger in an archive, seems to be written in; read in a child.

    Parameters
    ----------
    buyer : str
        Who the ledger is of, where the file does not name a buyer.
    period : str
        The period of its lines, where the file has no dates and it is told beside it.
    """
    known = LedgerProfile("any", {}, ())
    source = run_guarded(find_sources, path, known.members, known.members_excluded)[0]
    return run_guarded(propose_profile, source, buyer, currency, period, file=source.name)


@dataclass
class _Draft:
    """A proposal in the making."""

    sample: Sample
    columns: list[ColumnEvidence]
    chosen: dict[str, ColumnEvidence] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    constants: dict[str, str] = field(default_factory=dict)


def propose_profile(source: Source, buyer: str = "", currency: str = "SEK", period: str = "") -> Proposal:
    """Return the profile that a file seems to be written in; to be called through `guarded` (`propose` does).

    Raises
    ------
    InputError
        ``proposal_without_header``, or what is wrong with the file as a whole.
    """
    sample = take_sample(source, find_profile())
    columns = [evidence_of(heading, n, sample.column(n)) for n, heading in enumerate(sample.headings)]
    draft = _Draft(sample, columns)
    for name in LINE_FIELDS:
        _choose(name, draft)
    for name in _BY_VALUES:
        if name not in draft.chosen:
            _choose_by_values(name, draft)
    _read_as(draft)
    _say_what_is_missing(draft, buyer, period)
    return _proposal(draft, currency)


def _choose(name: str, draft: _Draft) -> None:
    """Choose the column with the surest heading whose values are what the field needs."""
    fits = _FITS.get(name)
    ranked = sorted(
        (place, column.place, column)
        for column in draft.columns
        if (place := rank(name, column.heading)) is not None and column not in draft.chosen.values()
    )
    fitting = [column for _, _, column in ranked if not column.filled or fits is None or fits(column) >= _ENOUGH]
    refused = [column for _, _, column in ranked if column not in fitting]
    for column in refused:
        found = {"heading": column.heading, "field": name, "example": column.example}
        draft.findings.unknown.append(("values_contradict", found))
    if fitting:
        _take(name, fitting[0], draft, by_heading=True, others=tuple(column.heading for column in fitting[1:]))


def _choose_by_values(name: str, draft: _Draft) -> None:
    """Choose the only column whose values can be nothing else."""
    free = [column for column in draft.columns if column not in draft.chosen.values() and column.filled]
    signs = {
        "amount": lambda c: c.share(c.with_decimals) >= _ENOUGH,
        "booked_date": lambda c: bool(c.date_formats()) and not c.share(c.organisation_numbers) > 0.5,
        "supplier_id": lambda c: c.share(c.organisation_numbers) >= 0.7,
        "supplier": lambda c: c.share(c.companies) >= 0.5 and c.different > 1,
    }
    speaking = [column for column in free if signs[name](column)]
    if len(speaking) == 1:
        _take(name, speaking[0], draft, by_heading=False)
    elif speaking:
        draft.findings.unknown.append(("several_columns", {"field": name, "headings": [c.heading for c in speaking]}))


def _take(name: str, column: ColumnEvidence, draft: _Draft, *, by_heading: bool, others: tuple[str, ...] = ()) -> None:
    draft.chosen[name] = column
    supporting = {
        "amount": column.amounts,
        "booked_date": max(column.dates.values(), default=0),
        "supplier_id": column.organisation_numbers,
        "supplier": column.companies,
        "account": max(column.accounts, column.accounts_with_text),
    }.get(name, column.filled)
    draft.choices.append(Choice(name, column.heading, by_heading, supporting, column.filled, others))


def _read_as(draft: _Draft) -> None:
    """Find out how amounts, dates and accounts are written."""
    sample, findings = draft.sample, draft.findings
    if sample.kind == "text":
        # Every file's encoding is found out by itself: the next month's may have another.
        findings.settings.append(("", "encoding", {"value": sample.encoding}))
        findings.set("separator", sample.separator, "separator", rows=sample.width_rows, all=len(sample.rows))
    if sample.sheets > 1:
        findings.set("sheet", sample.sheet, "sheet", sheets=sample.sheets)
    if "amount" in draft.chosen:
        column = draft.chosen["amount"]
        if sample.kind != "XLSX":  # the numbers of a workbook have no decimal sign
            decimal_sign_written(column, findings)
        amounts_written(column, "vat_amount" in draft.chosen, findings)
    if "booked_date" in draft.chosen:
        dates_written(draft.chosen["booked_date"], findings)
    account = draft.chosen.get("account")
    if account and "account_text" not in draft.chosen and account.share(account.accounts_with_text) > 0.5:
        values = {"rows": account.accounts_with_text, "all": account.filled, "example": account.example}
        findings.set("account_holds_text", True, "account_holds_text", **values)
    number = draft.chosen.get("supplier_id")
    if number and number.share(number.organisation_numbers) < 0.5:
        found = {"heading": number.heading, "rows": number.organisation_numbers, "all": number.filled}
        findings.unknown.append(("supplier_numbers_internal", found | {"example": number.example}))
    if "line_type" in draft.chosen:
        findings.unknown.append(("line_types", {"heading": draft.chosen["line_type"].heading}))


def _say_what_is_missing(draft: _Draft, buyer: str, period: str) -> None:
    unknown = draft.findings.unknown
    if not {"buyer_id", "buyer"} & draft.chosen.keys():
        if buyer:
            draft.constants["buyer"] = buyer
            draft.findings.set("constants.buyer", buyer, "buyer_is_workspace")
        unknown.append(("buyer_number", {}) if buyer else ("must_buyer", {}))
    if not {"supplier", "supplier_id"} & draft.chosen.keys():
        unknown.append(("must_column", {"field": "supplier"}))
    if "amount" not in draft.chosen:
        unknown.append(("must_column", {"field": "amount"}))
    if "booked_date" not in draft.chosen and period:
        draft.findings.set("period", period, "period_told")
    elif "booked_date" not in draft.chosen:
        unknown.append(("must_period", {"file": draft.sample.file}))
    if not {"voucher_id", "invoice_id"} & draft.chosen.keys():
        unknown.append(("no_line_number", {}))


def _proposal(draft: _Draft, currency: str) -> Proposal:
    used = {column.heading for column in draft.chosen.values()}
    unused = tuple(heading for heading in draft.sample.headings if heading and heading not in used)
    choices = sorted(draft.choices, key=lambda choice: LINE_FIELDS.index(choice.field))
    columns = {choice.field: [choice.heading] for choice in choices}
    required = [rule for rule in REQUIRED if set(rule.split("|")) & (columns.keys() | draft.constants.keys())]
    content: dict[str, Any] = {"currency": currency, **draft.findings.content, "required": required}
    if unused:
        content["ignored"] = list(unused)
    content["columns"] = columns
    if draft.constants:
        content["constants"] = draft.constants
    return Proposal(
        draft.sample.file,
        draft.sample.kind,
        len(draft.sample.rows),
        draft.sample.is_whole,
        content,
        tuple(choices),
        tuple(draft.findings.settings),
        tuple(draft.findings.unknown),
        unused,
        _fitting(draft.sample),
    )


def _fitting(sample: Sample) -> tuple[str, ...]:
    """Return the shipped profiles that know every column of the file, and find in it what they need."""
    told = {"booked_date": "2000-01-01"}  # of a file without dates the period can be told
    names = []
    for name in shipped_profiles():
        profile = find_profile(name)
        try:
            layout = make_layout(
                sample.headings, replace(profile, constants={**profile.constants, **told}), sample.file
            )
        except InputError:
            continue
        if not layout.unknown:
            names.append(name)
    return tuple(names)

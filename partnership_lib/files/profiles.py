"""A profile says how one publisher writes its ledger: columns, separator, decimal sign, dates, currency."""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn

from partnership_lib.errors import InputError
from partnership_lib.files.delimited import SEPARATORS

LINE_FIELDS = (
    "buyer_id",
    "buyer",
    "voucher_id",
    "supplier",
    "supplier_id",
    "account",
    "account_text",
    "amount",
    "booked_date",
    "administration",
    "invoice_id",
    "ground",
    "agreement_reference",
    "municipality_code",
    "currency_code",
    "line_type",
    "vat_amount",
)
"""What a column of a ledger file can hold."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "separator": ("auto", *SEPARATORS),
    "decimal_sign": ("auto", ".", ","),
    "vat_basis": ("excluded", "included"),
}


@dataclass(frozen=True)
class LedgerProfile:
    """How a ledger file is written.

    Attributes
    ----------
    columns : mapping of str to tuple of str
        For each field the headings it can stand under; compared without case, accents and punctuation.
    required : tuple of str
        Fields that must have a column; ``a|b`` means one of the two.
    constants : mapping of str to str
        Fields that no column holds and that are the same on every line.
    separator, decimal_sign, encoding : str
        ``auto`` or what it is.
    date_formats : tuple of str
        Formats as of `datetime.date.strftime`, month names in Swedish or English; a date that fits none of them is
        refused. A format without a day gives the first day of the month.
    period, period_in_name : str
        Of files without dates: the period that all their lines are in (``2020-05``), or how the file's name tells it
        (``*{year}-{month}*``). Their lines are dated on its first day.
    account_holds_text : bool
        Whether the account's number and its name stand in one column, as in ``6010 Lokalhyra``.
    currency : str
        Currency of the amounts; lines that name another are quarantined.
    vat_basis : str
        ``excluded``, or ``included`` where a column `vat_amount` says what to take off.
    credit_types : tuple of str
        Values of `line_type` that make an amount negative whatever sign it was written with.
    members, members_excluded : tuple of str
        Which files in a zip archive are ledgers.
    ignored : tuple of str
        Headings that are known and not used; other unknown headings are told to the user.
    rows_key : str
        Name of the list in a JSON object that holds the rows.
    sheet : str
        Name of the sheet in a workbook; otherwise the only one whose columns fit.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    constants: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    source: str = ""
    separator: str = "auto"
    decimal_sign: str = "auto"
    encoding: str = "auto"
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    currency: str = "SEK"
    vat_basis: str = "excluded"
    credit_types: tuple[str, ...] = ()
    members: tuple[str, ...] = ("*.csv", "*.txt", "*.tsv", "*.json", "*.jsonl", "*.ndjson", "*.xlsx", "*.xlsm")
    members_excluded: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    rows_key: str = "results"
    period: str = ""
    period_in_name: str = ""
    account_holds_text: bool = False
    sheet: str = ""


def read_profile(path: Path) -> LedgerProfile:
    """Return the profile in a TOML file.

    Raises
    ------
    InputError
        ``profile_unreadable``, ``profile_key_unknown``, ``profile_key_missing`` or ``profile_value_wrong``.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("profile_unreadable", file=str(path), reason=str(error)) from error
    return make_profile({"name": path.stem} | content, path.name)


def make_profile(content: Mapping[str, Any], file: str) -> LedgerProfile:
    """Return the profile that `content` describes; `file` is what errors name."""
    known = {f.name: f for f in fields(LedgerProfile)}
    _refuse_unknown(content, tuple(known), file)
    for name in ("columns", "required"):
        if name not in content:
            raise InputError("profile_key_missing", file=file, key=name)
    values = {name: _value(name, value, str(known[name].type), file) for name, value in content.items()}
    for name in ("columns", "constants"):
        _refuse_unknown(values.get(name, {}), LINE_FIELDS, file, prefix=f"{name}.")
    for rule in values["required"]:
        _refuse_unknown(dict.fromkeys(rule.split("|")), LINE_FIELDS, file, prefix="required.")
    profile = LedgerProfile(**values)
    _check(profile, file)
    return profile


def normalise_heading(text: str) -> str:
    """Return a heading without case, accents, spaces and punctuation, for comparison.

    Examples
    --------
    >>> normalise_heading(" Leverantör-ID "), normalise_heading("kopare_id")
    ('leverantorid', 'kopareid')
    """
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).casefold())


def _value(name: str, value: Any, kind: str, file: str) -> Any:
    """Return a TOML value as the type that the profile declares."""
    if kind in ("str", "bool") and type(value).__name__ == kind:
        return value
    if kind.startswith("tuple") and _is_texts(value):
        return tuple(value)
    if name == "columns" and isinstance(value, dict) and all(_is_texts(headings) for headings in value.values()):
        return {heading: tuple(headings) for heading, headings in value.items()}
    if name == "constants" and isinstance(value, dict) and _is_texts(list(value.values())):
        return dict(value)
    allowed = {"columns": 'field = ["heading", ...]', "constants": 'field = "text"', "str": '"text"', "bool": "true"}
    shown = allowed.get(name) or allowed.get(kind) or '["text", ...]'
    raise InputError("profile_value_wrong", file=file, key=name, found=str(value)[:80], allowed=shown)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _refuse_unknown(content: Mapping[str, Any], allowed: tuple[str, ...], file: str, prefix: str = "") -> None:
    for name in content:
        if name not in allowed:
            raise InputError("profile_key_unknown", file=file, key=f"{prefix}{name}", allowed=", ".join(allowed))


def _check(profile: LedgerProfile, file: str) -> None:
    def refuse(key: str, found: str, allowed: str) -> NoReturn:
        raise InputError("profile_value_wrong", file=file, key=key, found=found, allowed=allowed)

    for name, allowed in _CHOICES.items():
        if getattr(profile, name) not in allowed:
            refuse(name, getattr(profile, name), " ".join(allowed))
    if not _is_encoding(profile.encoding):
        refuse("encoding", profile.encoding, "auto utf-8 utf-16 cp1252 cp850")
    for written in profile.date_formats:
        if any(not re.search(part, written) for part in ("%[Yy]", "%[mbB]")):
            refuse("date_formats", written, "%Y-%m-%d %Y%m%d %d.%m.%Y %d/%m/%Y %d-%b-%y %Y%m")
    if profile.period_in_name and "{year}" not in profile.period_in_name:
        refuse("period_in_name", profile.period_in_name, "*{year}-{month}*")
    if profile.vat_basis == "included" and "vat_amount" not in profile.columns:
        raise InputError("profile_key_missing", file=file, key="columns.vat_amount")


def _is_encoding(name: str) -> bool:
    try:
        return name == "auto" or bool(codecs.lookup(name))
    except (LookupError, ValueError):  # a name with a null in it
        return False

"""How the amounts and the dates of a column are written, and what their writing leaves open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from partnership_lib.files.profiles import normalise_heading
from partnership_lib.ledger.proposing.evidence import ColumnEvidence

_EXCLUDED = re.compile(r"exkl|excl|exmoms|netto|net(?:amount|value|$)")
_INCLUDED = re.compile(r"inkl|incl|brutto|gross")
_SIGN_WORDS = {",": "comma", ".": "point"}


@dataclass
class Findings:
    """What was found out about the writing of a file.

    Attributes
    ----------
    content : dict
        Keys of the profile.
    settings : list
        The same with their reasons.
    unknown : list
        What cannot be known.
    """

    content: dict[str, Any] = field(default_factory=dict)
    settings: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    unknown: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def set(self, key: str, value: Any, reason: str, **values: Any) -> None:
        """Set a key of the profile and note why."""
        if not key.startswith("constants."):
            self.content[key] = value
        self.settings.append((key, reason, {"value": value} | values))


def decimal_sign_written(column: ColumnEvidence, findings: Findings) -> None:
    """Note the decimal sign, where all amounts agree in it."""
    signs = column.signs
    for sign, other in ((",", "."), (".", ",")):
        if signs[sign] and not signs[other]:
            values = {"sign_word": _SIGN_WORDS[sign], "rows": signs[sign], "all": column.filled}
            findings.set("decimal_sign", sign, "decimal_sign", **values)
    if signs[","] and signs["."]:
        findings.unknown.append(("decimal_signs_mixed", {"commas": signs[","], "points": signs["."]}))
    elif signs["?"] and not signs[","] and not signs["."]:
        findings.unknown.append(("must_decimal_sign", {"rows": signs["?"], "example": column.example}))


def amounts_written(column: ColumnEvidence, with_vat_amount: bool, findings: Findings) -> None:
    """Note which amounts cannot be read, and whether VAT is in them."""
    heading = normalise_heading(column.heading)
    if unreadable := column.filled - column.amounts:
        findings.unknown.append(("amounts_unreadable", {"rows": unreadable, "heading": column.heading}))
    if _INCLUDED.search(heading):
        if with_vat_amount:
            findings.set("vat_basis", "included", "vat_included", heading=column.heading)
        else:
            findings.unknown.append(("must_vat_amount", {"heading": column.heading}))
    elif _EXCLUDED.search(heading):
        findings.set("vat_basis", "excluded", "vat_excluded", heading=column.heading)
    else:
        findings.unknown.append(("vat", {"heading": column.heading}))


def dates_written(column: ColumnEvidence, findings: Findings) -> None:
    """Note the format of the dates, or the formats between which the values do not decide."""
    formats = column.date_formats()
    most = max(column.dates.values(), default=0)
    values = {"heading": column.heading, "rows": most, "all": column.filled, "example": column.example}
    doubtful = [written for written in formats if "%y" in written and "%b" not in written]
    if len(formats) > 1 or doubtful:
        findings.unknown.append(("must_date_order", values | {"formats": formats}))
    elif formats:
        findings.set("date_formats", formats, "date_format", **values)
        if "%d" not in formats[0]:
            findings.unknown.append(("day_in_month", {"heading": column.heading}))
        if unreadable := column.filled - most:
            findings.unknown.append(("dates_unreadable", {"rows": unreadable, "heading": column.heading}))

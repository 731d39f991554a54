"""Every parser of texts that the workbench has, by name; what it may answer is checked where that can be known."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from partnership_lib.decision.cases.document import parse_document
from partnership_lib.domain import RECORD_TYPES
from partnership_lib.errors import InputError
from partnership_lib.files.calendars import is_hour, plain_text
from partnership_lib.files.delimited import split_fields
from partnership_lib.files.json_rows import are_json_lines
from partnership_lib.files.profiles import normalise_heading
from partnership_lib.files.small_tables import read_rows
from partnership_lib.files.spreadsheet import formula_plain, formula_safe
from partnership_lib.files.strict_json import strict_json
from partnership_lib.ledger.dates import date_parser
from partnership_lib.ledger.dialects import find_profile, make_layout
from partnership_lib.ledger.lines import LineParser, clean_text, identify_buyer, split_account
from partnership_lib.ledger.suppliers import identify_supplier
from partnership_lib.register.exchange.cells import parse_cell, written_text
from partnership_lib.register.exchange.layout import TABLE_KINDS, CellKind, columns_of_table, plain
from partnership_lib.register.values import CellError, columns_of, from_text, to_text
from partnership_lib.reports.parameters import declared_parameters
from partnership_lib.reports.request import request_of
from partnership_lib.reports.schedule import nightly_run
from partnership_lib.review.meeting.commands import check_length, checked, day, title
from partnership_lib.units.cpv import normalise_cpv
from partnership_lib.units.dates import add_months, parse_date
from partnership_lib.units.money import LIMIT_ORE, parse_ore
from partnership_lib.units.organisation_number import mask_personal_numbers, normalise_organisation_number
from partnership_lib.units.period import Period
from tests.unit.ledger.corpus import HEADINGS

Parser = Callable[[str], object]

_LONG_NUMBER = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])-[0-9]{4}", re.ASCII)


def _amount(sign: str, written: str) -> None:
    ore = parse_ore(written, sign)
    assert type(ore) is int and abs(ore) < LIMIT_ORE


def _date(written: str) -> None:
    found = parse_date(written)
    assert found.isoformat() == written.strip()
    add_months(found, 1_200), add_months(found, -1_200)


def _period(written: str) -> None:
    period = Period.parse(written)
    assert period.start < period.end and Period.parse(period.label) == period
    assert period.next().previous() == period


def _organisation_number(written: str) -> None:
    found = normalise_organisation_number(written)
    assert found is None or re.fullmatch("[0-9]{10}", found, re.ASCII)


def _masked(written: str) -> None:
    masked = mask_personal_numbers(written)
    assert mask_personal_numbers(masked) == masked
    assert not re.search(rf"(?<![0-9]){_LONG_NUMBER.pattern}(?![0-9])", masked)


def _cpv(written: str) -> None:
    assert re.fullmatch("[0-9]{8}", normalise_cpv(written), re.ASCII)


@cache
def _ledger_line() -> LineParser:
    profile = find_profile()
    return LineParser(profile, make_layout(HEADINGS, profile, "x"))


def _line(written: str) -> None:
    parser = _ledger_line()
    cells = split_fields(written, ",")
    values = parser.values(cells + [""] * (len(HEADINGS) - len(cells)))
    line = parser.line(values, parser.amount(values), 1)
    assert abs(line.amount_ore) < 2 * LIMIT_ORE and date(1990, 1, 1) <= line.booked_date <= date(2099, 12, 31)


def _safe(written: str) -> None:
    assert formula_plain(formula_safe(written)) == written
    assert formula_safe(written)[:1] not in ("=", "+", "-", "@", "\t")


def _clean(written: str) -> None:
    cleaned = clean_text(written)
    assert clean_text(cleaned) == cleaned and not re.search(r"[\x00-\x1f\x7f]", cleaned)


_CELLS = {each.cell: each for table in TABLE_KINDS for each in columns_of_table(table)}


def _cell(kind: CellKind, written: str) -> None:
    _taken_or_refused(lambda: parse_cell(_CELLS[kind], written, "SEK"))


def _field(kind: type, written: str) -> None:
    column = next(each for record in RECORD_TYPES.values() for each in columns_of(record) if each.kind is kind)
    found = _taken_or_refused(lambda: from_text(column, written))
    if found is not None and kind is not float:
        assert from_text(column, to_text(column, found)) == found


def _taken_or_refused(read: Callable[[], Any]) -> Any:
    """A cell's error is no error of the family: whoever knows file and row makes one of it."""
    with suppress(CellError):
        return read()
    return None


def _yaml(written: str) -> None:
    document = parse_document(written, "x.yaml")
    for issue in document.issues:
        assert issue.line >= 1 and f"{issue}".isprintable() is not None


def _parameters(written: str) -> None:
    declared_parameters({"cells": [{"metadata": {"tags": ["parameters"]}, "source": written}]})


def _command(written: str) -> None:
    for message in (written, {"type": "command", "id": written, "name": written, "values": {}}):
        try:
            checked(message)
        except InputError:
            continue
    check_length(written), title(written)


PARSERS: dict[str, Parser] = {
    "amount with a point": partial(_amount, "."),
    "amount with a comma": partial(_amount, ","),
    "date": _date,
    "period": _period,
    "organisation number": _organisation_number,
    "personal numbers masked": _masked,
    "CPV code": _cpv,
    "date in a ledger": date_parser(("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d %b %y", "%Y-%m-%dT%H:%M:%S%z", "%Y%m")),
    "line of a ledger": _line,
    "text of a ledger": _clean,
    "supplier": lambda written: identify_supplier(written, written),
    "buyer": lambda written: identify_buyer(written, ""),
    "buyer's name": lambda written: identify_buyer("", written),
    "account": split_account,
    "heading": normalise_heading,
    "fields": lambda written: split_fields(written, ";"),
    "formula-safe text": _safe,
    "what is seen in a cell": lambda written: plain(written_text(written)),
    **{f"cell {kind.name}": partial(_cell, kind) for kind in _CELLS},
    **{f"field {kind.__name__}": partial(_field, kind) for kind in (str, int, float, bool, date)},
    "JSON": lambda written: strict_json(written, "x.json", parse_float=str),
    "JSON lines": lambda written: are_json_lines(written, written),
    "small table": lambda written: read_rows(written, "x.csv"),
    "YAML": _yaml,
    "calendar text": lambda written: (plain_text(written), is_hour(written)),
    "parameters": _parameters,
    "report key": request_of,
    "time of the day": lambda written: nightly_run(Path("/x"), "due", written),
    "day in the room": day,
    "command of the room": _command,
}

EXAMPLES = (
    *("1 234,50", "-1.234.567,00", "(12,50)", "12,50-", "12,50 kr", "SEK 5", "1'234.50", "\u221212.5", "1e3", "0x1F"),
    *("2026-01-31", "9999-12-31", "2026-02-30", "31/1 2026", "1 maj 26", "20260131", "2026-01-31T23:30:00Z", "24:00"),
    *("2026-T2", "2026-Q4", "2026-12", "9999-12", "2026", "1899-T1", "556036-0793", "SE556036079301", "811218-9876"),
    *("72000000-5", "6010 Lokalhyra", "2+1+1 år", "12; 12 mån", "tills vidare", "ja", "true", "A-1", "05:30", "name:x"),
    *("2120003005,Uppsala,V1,Bolag AB,5560360793,6010,Hyra,1.00,2026-01-31", '{"a": [1, 2.5, null]}', "a: [1, {b: 2}]"),
    *("follow_up/A-1/2026-T2/internal/sv", 'period = "2026-T2"\nruns: int = 10', 'a;"b;c";d\n1;2;3', "a,b\n1,2\n"),
    *("seed: 1\nmust_link: [[a, b]]\nbudget_sek_per_year: {2028: 1}", '{"a": "\\ud800"}', "[" * 200 + "]" * 200),
    *("=1+1", "a: " * 90),
)
"""Texts that some parser takes, or nearly; what is tried is made of them."""

"""Clean files of every kind that the workbench reads, small, so that much can be tried with them."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl

from partnership_lib.domain import RECORD_TYPES
from partnership_lib.files.calendars import calendar_bytes
from partnership_lib.ledger.corrections import write_corrections
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.register.exchange import export_table, write_template
from partnership_lib.register.exchange.answers import export_answers
from partnership_lib.register.exchange.calendar import meeting_events
from partnership_lib.register.exchange.ocds import Publication, export_ocds
from partnership_lib.register.records import write_records
from tests.faults.fuzz.shelf import TODAY, small_content
from tests.unit.ledger import corpus
from tests.unit.register.test_eforms import notice

Seeds = dict[str, bytes]
"""Name -> content. A name's end tells a reader much."""

REPOSITORY = Path(__file__).resolve().parents[3]


def _written(name: str, write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        return path.read_bytes()


def _packed(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items():
            archive.writestr(name.replace("_", "."), held)
    return content.getvalue()


# --- ledgers --------------------------------------------------------------------------------------------------------


def ledgers_of_text() -> Seeds:
    """Twelve clean ledgers: separators, encodings, line ends, signs, a title, sums, a page break."""
    semicolon, comma = corpus.text(corpus.good(","), ";"), corpus.text(corpus.good())
    total = ";".join(["", "", "", "Summa", "", "", "", "1000025864,65"] + [""] * 7)
    return {
        "comma.csv": comma.encode(),
        "semicolon.csv": semicolon.encode(),
        "tab.txt": corpus.text(corpus.good(), "\t").encode(),
        "pipe.csv": corpus.text(corpus.good(), "|").encode("utf-8-sig"),
        "old.csv": semicolon.encode("cp1252"),
        "wide.csv": semicolon.encode("utf-16"),
        "windows.csv": corpus.text(corpus.good(","), ";", end="\r\n").encode("cp1252"),
        "returns.csv": corpus.text(corpus.good(), end="\r").encode(),
        "titled.csv": f"Lindvalla kommun\n\nsep=;\n{semicolon}".encode(),
        "summed.csv": f"{semicolon}{total}\n".encode(),
        "pages.csv": (semicolon + semicolon).encode(),
        "spaced.csv": corpus.text(
            [corpus.cells("1 234,50", 1), corpus.cells("-7,00", 2), corpus.cells("12,50-", 3)], ";"
        ).encode(),
    }


def ledgers_of_json() -> Seeds:
    """A list, a list under a key, and an object on each line."""
    rows = corpus.good()
    return {
        "list.json": json.dumps(rows, ensure_ascii=False).encode(),
        "results.json": json.dumps({"results": [row | {"belopp": 12.5} for row in rows]}).encode(),
        "lines.jsonl": "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(),
    }


def ledgers_in_workbooks() -> Seeds:
    """A plain one, and one with a title, a hidden row and a second sheet."""

    def dressed(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        book.create_sheet("Annat").append(["x", 1, TODAY])

    rows = [corpus.HEADINGS, *corpus.sheet_rows()]
    return {"plain.xlsx": corpus.workbook(*rows), "dressed.xlsx": corpus.workbook(["Titel"], *rows, change=dressed)}


def ledgers_in_archives() -> Seeds:
    """Zipped and gzipped ones."""
    text = corpus.text(corpus.good()).encode()
    packed = _packed(a_csv=text, b_csv=text.replace(b"V1", b"V9"), c_json=ledgers_of_json()["list.json"])
    return {"three.zip": packed, "one.csv.gz": gzip.compress(text, mtime=0)}


@cache
def waiting_warehouse() -> Warehouse:
    """A warehouse with rows in quarantine; it lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="partnership-fuzz-"))
    ledger = folder / "ledger.csv"
    bad = [corpus.cells("12.x", 8), corpus.cells(250, 9, datum="2026-02-30")]
    ledger.write_text(corpus.text([*corpus.good(), *bad]), encoding="utf-8")
    import_ledger([ledger], Warehouse(folder / "warehouse"))
    return Warehouse(folder / "warehouse")


def corrections() -> Seeds:
    """The workbook with its quarantined rows, as it is sent out."""
    return {"rows.xlsx": _written("rows.xlsx", lambda path: write_corrections(waiting_warehouse(), path, "sv"))}


def warehouse_manifests() -> Seeds:
    """What the warehouse remembers of its files."""
    return {"manifest.json": (waiting_warehouse().root / "manifest.json").read_bytes()}


def quarantines() -> Seeds:
    """Refused rows as they are kept."""
    [file] = (waiting_warehouse().root / "quarantine").rglob("*.csv")
    return {"quarantine.csv": file.read_bytes()}


def profiles() -> Seeds:
    """The national profile, and one that says everything a profile can say."""
    national = files("partnership_lib.ledger").joinpath("profiles", "leverantorsreskontra-1.1.toml").read_bytes()
    return {"national.toml": national, "own.toml": _PROFILE.encode()}


# --- tables of the register -----------------------------------------------------------------------------------------


def tables(kind: str) -> Seeds:
    """A kind's rows as CSV and as a workbook, and its template."""
    names = [f"{kind}.csv", f"{kind}.xlsx"]
    written = {n: _written(n, lambda path: export_table(kind, small_content(), path, "sv")) for n in names}
    template = f"template-{kind}.xlsx"
    return written | {template: _written(template, lambda path: write_template(kind, path, "en"))}


def answers() -> Seeds:
    """The workbook for the supplier, untouched and answered."""
    sent = _written("a.xlsx", lambda path: export_answers(small_content(), path, "sv", "A-1", TODAY))
    book = openpyxl.load_workbook(io.BytesIO(sent))
    sheet = book["Aktiviteter"]
    codes = {cell.value: cell.column for cell in sheet[1]}
    for code, value in {"title": "Ny text", "comment": "Klart", "due_date": "2026-11-01", "status": "klar"}.items():
        if code in codes:
            sheet.cell(3, codes[code]).value = value
            sheet.cell(6, codes[code]).value = value
    answered = io.BytesIO()
    book.save(answered)
    rows = [[str(cell.value or "") for cell in row] for row in sheet]
    return {
        "sent.xlsx": sent,
        "answered.xlsx": answered.getvalue(),
        "rows.csv": "\n".join(map(";".join, rows)).encode(),
    }


def suppliers() -> Seeds:
    """The table of aliases with a yes in it."""
    rows = [
        ["Godkänd", "Namn", "Leverantör", "Organisationsnummer", "Likhet", "Grund", "Belopp", "Rader", "Nyckel"],
        ["ja", "Bolaget", "Bolaget AB", "556036-0793", 0.9, "namn", 12.5, 3, "name:bolaget"],
        ["nej", "Annat", "Annat AB", "5560360793", 0.8, "namn", 1, 3, "name:annat"],
    ]
    from partnership_lib import text
    from partnership_lib.workspace.supplier_table import COLUMNS

    rows[0] = [text.sentence(f"supplier_table.{column}", {}, "sv") for column in COLUMNS]
    return {"suppliers.xlsx": corpus.workbook(*rows)}


def calendars() -> Seeds:
    """A moved meeting."""
    events = meeting_events(small_content(), ["M-1"], "sv", {})
    return {"meetings.ics": calendar_bytes(events, "Möten")}


def record_folders() -> Seeds:
    """Every file of a register written as a folder, one of which is mutated at a time."""
    with tempfile.TemporaryDirectory() as folder:
        write_records(small_content(), Path(folder))
        return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.stem in RECORD_TYPES}


# --- notices --------------------------------------------------------------------------------------------------------


def own_packages() -> Seeds:
    """The agreements as an OCDS release package."""
    published = Publication(TODAY, "Exempelkommun", "ocds-abc123")
    return {"own.json": _written("own.json", lambda path: export_ocds(small_content(), path, published))}


def foreign_packages() -> Seeds:
    """Releases of another publisher: a package, a record, releases on lines."""
    release = {
        "ocid": "ocds-1-a", "id": "1", "date": "2026-01-02T00:00:00Z", "tag": ["award"],
        "parties": [{"id": "S", "name": "S AB", "identifier": {"scheme": "SE-ORG", "id": "5560360793"}}],
        "buyer": {"id": "B", "name": "Köparen"},
        "tender": {"lots": [{"id": "1"}], "items": [{"id": "1", "relatedLot": "1",
                   "classification": {"scheme": "CPV", "id": "72000000"}}]},
        "bids": {"statistics": [{"id": "1", "measure": "bids", "value": 3, "relatedLot": "1"}],
                 "details": [{"id": "1", "status": "valid", "relatedLots": ["1"]}]},
        "awards": [{"id": "A", "date": "2026-01-02", "status": "active", "relatedLots": ["1"],
                    "suppliers": [{"id": "S", "name": "S AB"}], "value": {"amount": 1234.5, "currency": "SEK"}}],
    }  # fmt: skip
    later = release | {"date": "2026-02-02T00:00:00Z", "id": "2", "tag": ["awardUpdate"]}
    return {
        "package.json": json.dumps({"releases": [release, later]}).encode(),
        "record.json": json.dumps({"records": [{"ocid": "ocds-1-a", "compiledRelease": release}]}).encode(),
        "releases.jsonl": f"{json.dumps(release)}\n{json.dumps(later)}\n".encode(),
    }


def notices() -> Seeds:
    """A notice of a contract awarded."""
    return {"notice.xml": notice().encode(), "none.xml": notice(bids="0", result="clos-nw").encode()}


def open_tables() -> Seeds:
    """The three tables of Upphandlingsmyndigheten."""
    tenders = (
        '"Upphandlings-ID","Anbudsområdes-ID","Antal anbud, Summa","Huvudsaklig CPV-kod","Namn för köpare",'
        '"Organisationsnummer för köpare","Sektor för köpare"\n'
        '1,1,3,"72000000 IT-tjänster","Köparen","2120003005","Kommun"\n2,1,1,"45000000","K","",""\n'
    )
    suppliers = '"Upphandlings-ID","Anbudsområdes-ID","Namn för leverantör"\n1,1,"Bolaget AB"\n2,1,"B, C & D"\n'
    values = '"Upphandlings-ID","Kontrakterat värde, Summa"\n1,1000000\n2,\n'
    return {
        "tenders.csv": tenders.encode("utf-8-sig"),
        "suppliers.csv": suppliers.encode(),
        "values.csv": values.encode(),
        "tenders.csv.gz": gzip.compress(tenders.encode(), mtime=0),
    }


def market_tables() -> Seeds:
    """The market table."""
    from partnership_lib.register.exchange.notices.lots import Lot, write_market

    lots = [
        Lot(source="ocds", file="a.json", notice_id=f"N-{n}", lot_id="1", municipal=True, cpv="72000000", bids=n % 5,
            winners="Bolaget AB", winner_ids="5560360793", value_ore=12345, currency="SEK", decided_date="2026-01-02")
        for n in range(4)
    ]  # fmt: skip
    return {"market.csv": _written("market.csv", lambda path: write_market(path, lots))}


# --- settings, cases and rules --------------------------------------------------------------------------------------


def settings() -> Seeds:
    """A whole settings file."""
    return {"partnership.toml": _SETTINGS.encode()}


def cases() -> Seeds:
    """A small case."""
    return {"case.yaml": _CASE.encode()}


def scenarios() -> Seeds:
    """A scenario on a case that stands still."""
    return {"scenario.yaml": _SCENARIO.encode()}


def assumptions() -> Seeds:
    """A shipped file of assumptions."""
    return {"interfaces.yaml": (REPOSITORY / "data" / "assumptions" / "interfaces.yaml").read_bytes()}


def bidder_tables() -> Seeds:
    """How many bidders drew, per CPV division."""
    return {"bidders.csv": b"division,bidders,lots,source\n72,1,30,a\n72,3,10,a\n45,2,200,b\n48,1,7,c\n"}


def rules() -> Seeds:
    """Rules of consolidation with every key in force."""
    return {"consolidation.yaml": _RULES.encode()}


def outcome_rules() -> Seeds:
    """Rules of evaluation with every key in force."""
    return {"outcome.yaml": _OUTCOME.encode()}


def problems() -> Seeds:
    """A stand-alone problem of bundles."""
    needs = [{"id": f"N{n}", "annual_value_sek": 100.5 * n} for n in range(1, 4)]
    bundles = [{"needs": [f"N{n}"], "cost_sek": 10.0 * n, "uses": {"hours": 2}} for n in range(1, 4)]
    constraints = {
        "max_agreements": 2,
        "must_link": [["N1", "N2"]],
        "cannot_link": [["N1", "N3"]],
        "limits": {"hours": 6},
    }
    bundles.append({"needs": ["N1", "N2"], "cost_sek": 25, "uses": {"hours": 3.5}})
    return {"problem.json": json.dumps({"needs": needs, "bundles": bundles, "constraints": constraints}).encode()}


def capabilities() -> Seeds:
    """Who is able to deliver what."""
    rows = "supplier,need,source,date\nBolaget AB,N-1,dialog,2026-09-01\nAnnat AB,N-1,dialog,2026-09-02\n"
    return {"capability.csv": rows.encode(), "semicolon.csv": rows.replace(",", ";").encode("utf-8-sig")}


def panels() -> Seeds:
    """A tidy panel in both ways of writing."""
    rows = [(unit, f"2025-Q{q}", 100.5 + 7 * q + n) for n, unit in enumerate("ABCD") for q in range(1, 5)]
    text = "unit,period,value\n" + "".join(f"{unit},{period},{value}\n" for unit, period, value in rows)
    return {"panel.csv": text.encode(), "panel-sv.csv": text.replace(",", ";").replace(".", ",").encode("cp1252")}


# --- reports --------------------------------------------------------------------------------------------------------


def report_manifests() -> Seeds:
    """What a published report says of itself."""
    from partnership_lib.reports.manifest import Manifest

    sha = "0" * 64
    body = {
        "key": "follow_up/A-1/2026-T2/internal/sv", "kind": "follow_up",
        "agreement": "A-1", "case": None, "meeting": None,
        "period": {"label": "2026-T2", "start": "2026-05-01", "end": "2026-09-01"}, "audience": "internal",
        "language": "sv", "as_of": "2026-09-15", "version": 1, "supersedes": None, "parameters": {"period": "2026-T2"},
        "inputs": {"register": {"sha256": sha}}, "input_hash": sha, "data_hash": sha, "previous": None,
        "audit_head": {"seq": 1, "hash": sha}, "template": {"name": "follow_up.ipynb", "sha256": sha},
        "code": {"version": "0.1.0", "sha256": sha}, "python": "3.11", "libraries": {"pandas": "3"}, "seed": 1,
        "assumptions": [], "outputs": {"numbers.csv": {"sha256": sha, "size": 3}},
    }  # fmt: skip
    return {"MANIFEST.json": Manifest(body, {"finished_at": "2026-09-15T00:00:00Z"}).as_text().encode()}


def number_tables() -> Seeds:
    """The numbers beside a report."""
    from partnership_lib.reports.numbers import Number, as_csv

    numbers = [
        Number("a/b.number", "a", "b", "", "number", "ore", 12, 10.5, 13.5),
        Number("a/c", "a", "c", "", "x", "", 0.5),
    ]
    return {"numbers.csv": as_csv(numbers)}


def notebooks() -> Seeds:
    """A notebook that declares parameters."""
    source = ['period = "2026-T2"\n', "runs = 10\n", "share: float = -0.5\n", 'names = ["a", {"b": None}]']
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": []}
    return {
        "notebook.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    }


_PROFILE = """
required = ["buyer_id|buyer", "supplier", "amount", "booked_date"]
separator = ","
decimal_sign = "."
encoding = "utf-8"
date_formats = ["%Y-%m-%d", "%d %b %Y", "%Y%m%d"]
currency = "SEK"
credit_types = ["K"]
members = ["*.csv"]
members_excluded = ["old*"]
ignored = ["avtal"]
period_in_name = ""
account_holds_text = true
[columns]
buyer = ["kopare"]
supplier = ["leverantor", "leverantör"]
amount = ["belopp"]
booked_date = ["datum"]
account = ["konto_nr"]
line_type = ["grund"]
[constants]
buyer_id = "2120003005"
currency_code = "SEK"
"""
_SETTINGS = """
[workspace]
name = "Lindvalla kommun"
language = "sv"
currency = "SEK"
as_of = 2026-09-15
[reports]
workers = 2
since = 2025-01-01
report_minutes = 15
retries = 1
[reports.rhythm]
portfolio = "tertial"
follow_up = "agreement"
[procurement]
office_hours_per_year = 3600
[[ledger.excluded_accounts]]
accounts = "45*, 5610-5619"
reason = "bidrag"
source = "Kommun-Bas"
[exchange]
ocid_prefix = "ocds-abc123"
"""
_CASE = """name: Hantverk
settings: {base_month: 2026-09, legal_minor_share: 0.15}
needs:
  - {id: N-1, name: Snickeri, category: "45", annual_value_sek: 3300000, users: 3, source: x}
  - {id: N-3, name: Rör, category: "45", annual_value_sek: 1, capable_suppliers: [A], capability_source: x, source: x}
  - {id: N-2, name: Måleri, category: "45", annual_value_sek: 2050000, users: 12, source: x}
present_agreements:
  - id: A-1
    name: Snickeri
    needs: [N-1]
    supplier: "5599019980"
    start: 2019-05-01
    expiry: 2027-05-01
    notice_months: 6
    terms: {term_months: 24, option_months: [12, 12], requirements: detailed}
    source: Registret
  - id: A-2
    name: Måleri och rör
    needs: [N-2, N-3]
    supplier: "1"
    expiry: 2027-05-01
    terms: {term_months: 24, requirements: detailed}
    source: x
proposed_agreements:
  - id: P-1
    name: Allt
    needs: [N-1, N-2, N-3]
    start: 2027-05-01
    terms: {term_months: 48, requirements: functional, governance: partnership}
    source: x
assumptions:
  - name: scope_saving_share
    distribution: {pert: [0.0, 0.03, 0.08]}
    unit: share
    basis: assumed
    source: påhittad
    date: 2026-09-01
"""
_SCENARIO = """based_on: case.yaml
name: Längre
settings: {base_month: 2026-10}
proposed_agreements: [{id: P-1, terms: {term_months: 36}}]
assumptions:
  - {name: scope_saving_share, distribution: {fixed: 0.05}, unit: share, basis: assumed, source: x, date: 2026-09-01}
"""
_RULES = """forms:
  - {name: merged, terms: {term_months: 36, option_months: [12]}}
  - {name: partnership, terms: {term_months: 120, requirements: functional, governance: partnership}}
starts: [2028-01-01, 2028-10-01]
max_agreements: 30
largest_size: 12
fewest_bidders: 3
largest_share: 0.10
longest_bridge_months: 24
early_termination: true
procedures_per_year: {2027: 12, 2028: 12}
budget_sek_per_year: {2028: 450000000}
must_link: [[A-050, A-051]]
kept: [A-001]
seed: 1
"""
_OUTCOME = """indices:
  - {categories: ["15"], series: [KPI, AKI], source: SCB}
general_series: [KPI]
transition_quarters: 2
asked_saving_share: 0.10
most_donors: 40
assumptions:
  - {name: open_ended_term_months, value: 48, unit: months, basis: assumed, source: x}
"""

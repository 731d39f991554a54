"""PDF, spreadsheets, JSON and calendars made of payloads: nothing fetched, nothing computed, nothing opened."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import icalendar
import openpyxl
import pikepdf
import pytest
from canary import SECRET, Canary
from click.testing import CliRunner

from partnership_lib.cli import main
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.workspace import Workspace

Run = Callable[..., str]
FORMULA = re.compile(r"\s*[=+@]|\s*-(?![0-9.,]*$)|[\t\r]")
"""What a spreadsheet takes for a formula when it opens a CSV file; a negative amount is none."""


def streams(file: Path | bytes) -> Iterator[bytes]:
    """Yield every stream of a PDF, inflated: pages, pictures, metadata, attached files."""
    with pikepdf.open(io.BytesIO(file) if isinstance(file, bytes) else file) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                try:
                    yield thing.read_bytes()
                except pikepdf.PdfError:  # a picture in a form of its own
                    yield thing.read_raw_bytes()


def attached_names(file: Path) -> set[str]:
    """Return the names of the files that travel inside a PDF."""
    with pikepdf.open(file) as pdf:
        return set(pdf.attachments)


def links(file: Path) -> list[str]:
    """Return every address that a PDF leads to, and every action in it that is not a place in itself."""
    with pikepdf.open(file) as pdf:
        actions = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/S" in thing]
        kinds = [str(action["/S"]) for action in actions if "/Type" not in action or action["/Type"] == "/Action"]
        return [kind for kind in kinds if kind in ("/URI", "/JavaScript", "/Launch", "/GoToR", "/SubmitForm")]


@pytest.mark.target(name="T14")
def test_no_pdf_calls_anybody_or_carries_a_file_of_this_machine(
    published: dict[str, PublishedReport], canary: Canary, target: Any
) -> None:
    for report in published.values():
        made = list(report.folder.rglob("*.pdf"))
        assert made
        target(pdfs=len(made), calls=len(canary.calls))
        for file in made:
            assert not [1 for stream in streams(file) if SECRET.encode() in stream]
            assert links(file) == []
            assert not {name for name in attached_names(file) if canary.file.name in name}
    assert canary.calls == []


@pytest.mark.target(name="T14", control=True)
def test_the_control_a_careless_pdf_calls_and_carries_the_file(
    texts: dict[str, str], canary: Canary, target: Any
) -> None:
    weasyprint = pytest.importorskip("weasyprint", exc_type=OSError, reason="Pango is not on this machine")
    careless = weasyprint.HTML(string=f"<p>{texts['style']}</p><p>{texts['attachment']}</p>").write_pdf()
    assert [1 for stream in streams(careless) if SECRET.encode() in stream]
    target(calls=len(canary.calls))
    assert canary.calls
    canary.calls.clear()


def cells(file: Path) -> Iterator[tuple[str, openpyxl.cell.cell.Cell]]:
    for sheet in openpyxl.load_workbook(file):
        for row in sheet.iter_rows():
            for cell in row:
                yield sheet.title, cell


def biting(file: Path) -> list[str]:
    """Return the cells of a workbook that compute or lead somewhere."""
    return [
        f"{sheet}!{cell.coordinate}"
        for sheet, cell in cells(file)
        if cell.data_type == "f" or cell.hyperlink is not None
    ]


def biting_in_csv(file: Path) -> list[str]:
    """Return the cells of a CSV file that a spreadsheet would compute."""
    content = file.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";" if ";" in content.split("\n")[0] else ","))
    return [cell[:40] for row in rows for cell in row if FORMULA.match(cell) and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9]+(?:[.,][0-9]+)?(?:e-?[0-9]+)?", cell, re.ASCII) is not None


@pytest.mark.target(name="T15")
def test_no_cell_of_a_published_table_computes_or_leads_anywhere(
    published: dict[str, PublishedReport], target: Any
) -> None:
    for report in published.values():
        for file in report.folder.rglob("*.xlsx"):
            target(tables=1, biting=len(biting(file)))
            assert biting(file) == []
        for file in report.folder.rglob("*.csv"):
            target(tables=1, biting=len(biting_in_csv(file)))
            assert biting_in_csv(file) == [], file.name


@pytest.mark.target(name="T15")
def test_amounts_in_published_tables_are_numbers(published: dict[str, PublishedReport], target: Any) -> None:
    amounts = 0
    for report in published.values():
        for file in report.folder.rglob("data/*.csv"):
            rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
            for name in [name for name in (rows[0] if rows else {}) if name.endswith("_ore")]:
                values = [row[name] for row in rows if row[name]]
                assert all(re.fullmatch(r"-?[0-9]+", value, re.ASCII) for value in values), (file.name, name)
                amounts += len(values)
    target(amounts=amounts)
    assert amounts > 0


@pytest.mark.target(name="T15", control=True)
def test_the_control_the_usual_writers_make_formulas_and_links_of_the_payloads(
    texts: dict[str, str], tmp_path: Path, target: Any
) -> None:
    import pandas as pd

    frame = pd.DataFrame({"text": [texts["formula"], texts["formula-array"], "http://canary.invalid/x"]})
    frame.to_excel(tmp_path / "careless.xlsx", engine="xlsxwriter")
    frame.to_csv(tmp_path / "careless.csv", index=False)
    target(biting=len(biting(tmp_path / "careless.xlsx")))
    assert len(biting(tmp_path / "careless.xlsx")) == 3
    assert biting_in_csv(tmp_path / "careless.csv") != []


@pytest.fixture(scope="module")
def run(hostile: Workspace) -> Run:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, [*arguments, "--workspace", str(hostile.root)])
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


EXPORTS = [
    ("agreements", "xlsx", ()),
    ("agreements", "csv", ()),
    ("activities", "xlsx", ()),
    ("activities", "csv", ()),
    ("activities", "xlsx", ("--agreement", "A-001", "--audience", "shared")),
    ("suppliers", "xlsx", ()),
]


@pytest.mark.parametrize(("kind", "suffix", "options"), EXPORTS)
@pytest.mark.target(name="T15")
def test_no_cell_of_an_export_computes_or_leads_anywhere(
    kind: str, suffix: str, options: tuple[str, ...], run: Run, tmp_path: Path, target: Any
) -> None:
    file = tmp_path / f"out.{suffix}"
    run("export", kind, *options, "-o", str(file))
    found = biting(file) if suffix == "xlsx" else biting_in_csv(file)
    target(tables=1, biting=len(found))
    assert [each for each in found if not (options and _of_the_form(file, each))] == []


def _of_the_form(file: Path, place: str) -> bool:
    """Return whether a cell's formula is the workbook's own (a hint beside an answer), and not a text of ours."""
    sheet, _, cell = place.rpartition("!")
    return "data-fired" not in (found := str(openpyxl.load_workbook(file)[sheet][cell].value)) and "canary" not in found


@pytest.mark.target(name="T15")
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["agreements", "activities"])
def test_what_was_exported_comes_back_exactly(
    kind: str, suffix: str, run: Run, hostile: Workspace, tmp_path: Path, target: Any
) -> None:
    before = hostile.register.content_hash()
    file = tmp_path / f"out.{suffix}"
    run("export", kind, "-o", str(file))
    answer = json.loads(run("import", kind, str(file), "--json"))
    target(round_trips=1, changed=int(hostile.register.content_hash() != before))
    assert hostile.register.content_hash() == before
    assert answer["quarantined"] == 0, answer


def test_a_calendar_holds_its_own_events_and_nothing_that_a_text_has_slipped_in(run: Run, tmp_path: Path) -> None:
    for audience in ("internal", "shared"):
        file = tmp_path / f"{audience}.ics"
        run("export", "calendar", "--audience", audience, "-o", str(file))
        raw = file.read_bytes()
        kinds = {type(part).__name__ for part in icalendar.Calendar.from_ical(raw).walk()}
        assert kinds <= {"Calendar", "Event", "Timezone", "TimezoneStandard", "TimezoneDaylight"}
        lines = raw.decode().replace("\r\n ", "").split("\r\n")
        assert not [line for line in lines if line.startswith(("BEGIN:VALARM", "Bcc", "ATTENDEE:mailto:thief"))]
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n)", raw)
        assert not [line for line in lines if line.startswith("DESCRIPTION") and "<" in line]  # shown as HTML by some


def test_ocds_is_json_with_the_texts_as_they_are(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    run("export", "ocds", "-o", str(file))
    package = json.loads(file.read_text(encoding="utf-8"))
    assert package["releases"]
    assert "</script" in file.read_text(encoding="utf-8") or "<script" in json.dumps(package)

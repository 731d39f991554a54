"""Real reports on the demo municipality, read the way their readers get them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

import partnership_lib
from partnership_lib.reports import one_request, run_reports, verify_report
from partnership_lib.reports.differences import compare
from partnership_lib.reports.numbers import NUMBERS, read_numbers
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.reports.since_last import section_of
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.case_files import shipped_files

CANARY = "INTERN-KANARIEFÅGEL"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    from click.testing import CliRunner

    from partnership_lib.cli import main

    root = tmp_path_factory.mktemp("demo")
    assert CliRunner().invoke(main, ["init", str(root), "--demo"]).exit_code == 0
    opened = partnership_lib.open(root)
    risk = next(risk for risk in opened.content().risks if risk.agreement_id == "A-001")
    opened.register.save([replace(risk, description=f"{risk.description} {CANARY}")], actor="system:test")
    return opened


@pytest.fixture(scope="module")
def case(demo: Workspace) -> str:
    """The shipped example of a case, cheap to compute, confirmed by somebody whom suppliers never hear of."""
    (example,) = (each for each in shipped_files("cases", ".yaml") if each.name == "example.yaml")
    content = example.read_text(encoding="utf-8")
    for old, new in (("paths: 65536", "paths: 256"), ("randomisations: 16", "randomisations: 2"),
                     ("points: 2048", "points: 16")):  # fmt: skip
        assert old in content
        content = content.replace(old, new)
    file = demo.root / "data" / "cases" / "provfall.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return "provfall"


QUICK_RULES = """draws: 2
stability_draws: 2
largest_size: 3
forms:
- {name: merged, terms: {term_months: 36, option_months: [12]}}
starts: [2028-01-01]
"""


@pytest.fixture(scope="module")
def published(demo: Workspace, case: str) -> dict[str, PublishedReport]:
    (demo.root / "data" / "consolidation.yaml").write_text(QUICK_RULES, encoding="utf-8")
    asked = [
        one_request(demo, "follow_up", agreement="A-001", period="2026-T2"),
        one_request(demo, "follow_up", agreement="A-001", period="2026-T2", audience="shared", language="en"),
        one_request(demo, "portfolio", period="2026-T2"),
        one_request(demo, "spend", period="2026-T2"),
        one_request(demo, "comparison", case=case),
        one_request(demo, "consolidation"),
        one_request(demo, "agenda", agreement="A-001"),
        one_request(demo, "minutes", agreement="A-001"),
    ]
    outcome = run_reports(demo, asked)
    assert outcome.failed == []
    return {f"{request.kind} {request.audience}": report for request, report in outcome.published}


def _told(report: PublishedReport) -> str:
    """Everything that a report says, whatever it is written in."""
    return _joined(report.folder)


@cache
def _joined(folder: Path) -> str:
    return "\n".join(_texts(folder))


def _texts(folder: Path) -> Iterator[str]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield file.name
        if file.suffix == ".pdf":
            reader = PdfReader(file)
            yield from (page.extract_text() for page in reader.pages)
            yield str(reader.metadata)
            yield from (f"{each.name} {each.description} {each.content.decode()}" for each in reader.attachment_list)
        elif file.suffix == ".xlsx":
            yield from (str(cell.value) for sheet in load_workbook(file) for row in sheet.iter_rows() for cell in row)
        else:
            yield file.read_text(encoding="utf-8")


def test_every_published_report_agrees_with_its_manifest(
    demo: Workspace, published: dict[str, PublishedReport]
) -> None:
    for report in published.values():
        assert [finding["severity"] for finding in verify_report(demo, report.folder)] == ["info"]


def test_a_follow_up_is_short_on_paper_and_carries_every_table(published: dict[str, PublishedReport]) -> None:
    folder = published["follow_up internal"].folder
    reader = PdfReader(folder / "report.pdf")
    assert len(reader.pages) <= 10
    carried = {each.name: each.content for each in reader.attachment_list}
    assert carried == {file.name: file.read_bytes() for file in (folder / "data").iterdir()}
    told = set(re.findall(r"datafilen\s(\w+\.csv)", "\n".join(page.extract_text() for page in reader.pages)))
    assert len(told) > 5
    assert told <= carried.keys()


def test_what_is_internal_never_reaches_the_shared_report(published: dict[str, PublishedReport]) -> None:
    assert CANARY in _told(published["follow_up internal"])  # the control
    assert CANARY not in _told(published["follow_up shared"])


def test_no_personal_number_of_a_sole_trader_is_in_any_report(
    demo: Workspace, published: dict[str, PublishedReport], repository: Path
) -> None:
    sources = sorted((repository / "data" / "demo" / "ledger").glob("*.csv"))
    rows = [row for file in sources for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))]
    numbers = {re.sub(r"\D", "", row["leverantor_id"] or "")[-10:] for row in rows}
    personal = {number for number in numbers if len(number) == 10 and number[2] in "01"}
    assert personal  # the control: the ledger does hold some
    told = {name: re.sub(r"[-+\s]", "", _told(report)) for name, report in published.items()}
    assert [(name, number) for name, words in told.items() for number in personal if number in words] == []


@pytest.mark.parametrize("kind", ["follow_up", "portfolio", "spend", "comparison", "consolidation"])
def test_the_notebook_shows_every_section_of_the_analysis_in_its_order(
    kind: str, published: dict[str, PublishedReport], repository: Path
) -> None:
    findings = json.loads((published[f"{kind} internal"].folder / "findings.json").read_text(encoding="utf-8"))[
        "findings"
    ]
    notebook = (repository / "notebooks" / f"{kind}.ipynb").read_text(encoding="utf-8")
    shown = re.findall(r'report(?:\[|\.get\()\\"(\w+)\\"', notebook)
    assert [section for section in shown if section in {each["section"] for each in findings}] == list(
        dict.fromkeys(each["section"] for each in findings)
    )


def test_the_shared_report_is_in_the_language_asked_for(published: dict[str, PublishedReport]) -> None:
    assert '<html lang="en">' in published["follow_up shared"].html.read_text(encoding="utf-8")
    assert '<html lang="sv">' in published["follow_up internal"].html.read_text(encoding="utf-8")


def test_a_published_comparison_answers_first_and_names_every_assumption(
    published: dict[str, PublishedReport],
) -> None:
    report = published["comparison internal"]
    findings = json.loads((report.folder / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert findings[0]["code"].startswith("comparison.answer")
    assert "sannolikheten" in findings[0]["sentence"]
    appendix = [each for each in findings if each["section"] == "assumptions" and each["table"]]
    assert sum(len(each["table"]["rows"]) for each in appendix) == len(report.manifest.body["assumptions"])
    assert "79 antaganden, varav 79 inte är bekräftade" in report.html.read_text(encoding="utf-8")


def test_a_published_consolidation_answers_first_and_leaves_no_agreement_out(
    demo: Workspace, published: dict[str, PublishedReport]
) -> None:
    report = published["consolidation internal"]
    findings = json.loads((report.folder / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert findings[0]["code"] == "consolidation.saves"
    told = _told(report)
    for sentence in ("Bevisat bäst", "Ett avtal färre kostar", "samma för båda", "Inget avtal av i dag delas upp"):
        assert sentence in told, sentence
    today = {each.name for each in demo.content().agreements if each.status_on(demo.as_of).value == "in_force"}
    assert findings[0]["sentence"].startswith(f"{len(today)} avtal kan bli ")
    bundles = next(each["table"] for each in findings if each["section"] == "bundles" and each["table"])
    names = [row[bundles["columns"].index("name")].split(", ") for row in bundles["rows"]]
    together = [name for bundle in names for name in bundle]
    assert len(together) == len(set(together)) > len(names)
    assert set(together) <= today
    figures = re.findall(r'<img alt="([^"]+)"', report.html.read_text(encoding="utf-8"))
    assert len(figures) == 2
    assert all(figures)


def test_every_report_begins_with_what_has_changed_and_has_its_numbers_beside_it(
    published: dict[str, PublishedReport],
) -> None:
    for report in published.values():
        html = report.html.read_text(encoding="utf-8")
        begins = re.findall(r'<section [^>]*id="(\w+)"', html)[0]
        assert (begins == "since_last") == bool(report.manifest.body["period"])  # papers for meetings have none
        told = json.loads((report.folder / "findings.json").read_text(encoding="utf-8"))["findings"]
        stored = {(number.section, number.code, number.value) for number in read_numbers(report.folder / NUMBERS)}
        own = [finding for finding in told if finding["section"] != "summary" and finding["number"] is not None]
        assert own
        for finding in own:
            assert (finding["section"], finding["code"].partition(".")[2], finding["number"]) in stored


def test_whatever_has_moved_in_a_report_of_any_kind_is_told_under_the_heading_of_its_section(
    published: dict[str, PublishedReport],
) -> None:
    """The headings of an agenda are numbered; its second version could not be made once."""
    for report in published.values():
        body, numbers = report.manifest.body, read_numbers(report.folder / NUMBERS)
        told = json.loads((report.folder / "findings.json").read_text(encoding="utf-8"))
        for section in {number.section for number in numbers if number.is_headline}:
            before = [replace(each, value=each.value + (each.section == section)) for each in numbers]
            found = compare(body, before, body, numbers)
            assert found.moved
            said = unescape(section_of([("version", found)], told, body["language"], "SEK"))
            assert told["headings"][section] in said


def test_the_same_input_gives_the_same_bytes_again(demo: Workspace, published: dict[str, PublishedReport]) -> None:
    first = published["portfolio internal"].manifest.body
    shutil.move(published["portfolio internal"].folder, demo.root / "kept")
    again = run_reports(demo, [one_request(demo, "portfolio", period="2026-T2")])
    assert again.failed == []
    shutil.rmtree(again.published[0][1].folder)
    shutil.move(demo.root / "kept", published["portfolio internal"].folder)
    assert again.published[0][1].manifest.body == first

"""JupyterLab as a workplace: new copies of the report notebooks, the launcher's cards, the start page."""

import asyncio
import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.errors import UsageError
from partnership_lib.reports.catalogue import KINDS, ReportKind, read_template
from partnership_lib.reports.parameters import declared_parameters
from partnership_lib.reports.request import one_request
from partnership_lib.review.lab.cards import launcher
from partnership_lib.review.lab.copies import filled_in, new_copy, translate
from partnership_lib.review.lab.handlers import copied
from partnership_lib.review.lab.start_page import START_NOTEBOOKS, runs_by_itself, start_page
from partnership_lib.review.servers import place_notebooks
from partnership_lib.review.told import LANGUAGE_VARIABLE
from partnership_lib.text import LANGUAGES
from partnership_lib.workspace import Workspace, create_workspace, open_workspace

EXTENSION = Path(__file__).parents[3] / "partnership_lib/review/lab/labextensions/partnership-workbench"


@pytest.fixture(autouse=True)
def nobody_has_chosen_a_language(monkeypatch):
    monkeypatch.delenv(LANGUAGE_VARIABLE, raising=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    root = tmp_path_factory.mktemp("kommunen")
    build_demo_workspace(root)
    return open_workspace(root)


def _parameters(notebook: Path) -> dict:
    return declared_parameters(json.loads(notebook.read_text(encoding="utf-8")))


def _said(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


# --- copies ---------------------------------------------------------------------------------------------------------


def test_a_copy_is_the_template_with_other_parameters_and_nothing_else(demo):
    copy = new_copy(demo, one_request(demo, "follow_up", agreement="A-003", language="en"))
    assert _parameters(copy) == {
        "workspace": ".",
        "agreement": "A-003",
        "period": "2026-T2",
        "audience": "internal",
        "language": "en",
        "as_of": "2026-09-15",
    }
    template = read_template(KINDS["follow_up"]).notebook["cells"]
    made = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    assert [old["id"] for old, new in zip(template, made, strict=True) if _said(old) != _said(new)] == ["parameters"]


def test_every_kind_of_report_has_a_copy(demo):
    subjects = {"agreement": {"agreement": "A-001"}, "meeting": {"agreement": "A-001"}, "case": {"case": "hantverk"}}
    for kind in KINDS.values():
        copy = new_copy(demo, one_request(demo, kind.name, **subjects.get(kind.subject, {})))
        assert set(_parameters(copy)) == set(kind.parameters)


def test_an_earlier_copy_and_the_template_are_never_written_over(demo):
    request = one_request(demo, "portfolio")
    first = new_copy(demo, request)
    first.write_text("mitt eget arbete", encoding="utf-8")
    before = read_template(KINDS["portfolio"]).sha256
    second = new_copy(demo, request)
    assert (first.read_text(encoding="utf-8"), first == second) == ("mitt eget arbete", False)
    assert read_template(KINDS["portfolio"]).sha256 == before


def test_copies_that_are_made_at_once_get_names_of_their_own(demo):
    request, made = one_request(demo, "spend"), []
    makers = [threading.Thread(target=lambda: made.append(new_copy(demo, request))) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(set(made)) == 8
    assert all(_parameters(copy) for copy in made)


def test_values_from_outside_stay_values():
    outside = 'x"; import os  # = \\ " å'
    source = filled_in('agreement = "A-001"  # vilket avtal, åäö\nn = 1  # antal', {"agreement": outside, "n": 2})
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    assert declared_parameters({"cells": [cell]}) == {"agreement": outside, "n": 2}
    assert source.splitlines()[0].endswith("  # vilket avtal, åäö")


SUBJECTS = {"agreement": {"agreement": "A-001"}, "meeting": {"agreement": "A-001"}, "case": {"case": "hantverk"}}


def _cells(notebook: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What a notebook says to a reader: its texts, and the comments beside its parameters."""
    said = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            said.append((cell["id"], [source]))
        elif "parameters" in cell["metadata"].get("tags", []):
            said.append((cell["id"], [line.partition("  # ")[2] for line in source.splitlines()]))
    return said


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_copy_speaks_the_language_of_its_report_everywhere(demo: Workspace, kind: ReportKind) -> None:
    made = {}
    for language in LANGUAGES:
        asked = one_request(demo, kind.name, language=language, **SUBJECTS.get(kind.subject, {}))
        made[language] = json.loads(new_copy(demo, asked).read_text(encoding="utf-8"))
    shipped = read_template(kind).notebook
    assert _cells(made["en"]) == _cells(shipped)
    pairs = list(zip(_cells(made["sv"]), _cells(made["en"]), strict=True))
    assert len(pairs) > 5
    for (number, swedish), (_, english) in pairs:
        assert all(one != other for one, other in zip(swedish, english, strict=True)), number
        if number == "parameters":  # what a value may be is read by papermill, whatever the language
            assert [one.partition("[")[2] for one in swedish] == [one.partition("[")[2] for one in english]
    code = [[cell["source"] for cell in each["cells"] if "tags" not in cell["metadata"] and cell["cell_type"] == "code"]
            for each in (*made.values(), shipped)]  # fmt: skip
    assert code[0] == code[1] == code[2]
    assert "translations" not in json.dumps(made)


def test_the_copy_of_a_copy_without_translations_stays_as_it_is() -> None:
    notebook = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["Eget."]}]}
    translate(notebook, "sv")
    assert notebook["cells"][0]["source"] == ["Eget."]


# --- the launcher ---------------------------------------------------------------------------------------------------


def test_the_launcher_offers_every_kind_of_report_in_the_language_of_the_workspace(demo):
    offered = launcher(demo)
    assert [card["kind"] for card in offered["cards"]] == list(KINDS)
    assert offered["words"]["section"] == "Leverantörspartnerskap"
    in_english = launcher(open_workspace(demo.root, language="en"))
    assert in_english["words"]["section"] == "Partnership workbench"
    follow_up = next(card for card in offered["cards"] if card["kind"] == "follow_up")
    names = [field["name"] for field in follow_up["fields"]]
    assert names == ["agreement", "period", "audience", "language", "date"]
    # A partnership is what is followed up first.
    assert follow_up["fields"][0]["options"][0] == ("A-001", "A-001 Skoladministration")


def test_an_outcome_can_only_be_asked_of_a_partnership(demo):
    card = next(card for card in launcher(demo)["cards"] if card["kind"] == "outcome")
    partnerships = {each.id for each in demo.content().agreements if each.is_partnership}
    assert {code for code, _ in card["fields"][0]["options"]} == partnerships


def test_what_a_form_sends_becomes_a_copy_and_what_is_wrong_in_it_is_refused(demo):
    made = copied(demo.root, {"kind": "follow_up", "agreement": "A-002", "period": "", "date": "2026-05-04"})
    assert made.startswith("notebooks/mine/follow_up_A-002_2026-T1_sv")
    assert _parameters(demo.root / made)["as_of"] == "2026-05-04"
    with pytest.raises(UsageError, match="unknown_agreement"):
        copied(demo.root, {"kind": "follow_up", "agreement": "../../A-002"})


def test_the_pages_script_has_a_name_that_changes_with_it():
    # Browsers keep what lies in a folder `static` for good: the same name would bring back the old script.
    loaded = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]["load"]
    (script,) = (EXTENSION / "static").iterdir()
    digest = hashlib.sha256(script.read_bytes()).hexdigest()[:8]
    assert (loaded, script.name) == (f"static/{script.name}", f"launcher.{digest}.js")


# --- the server -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fetch(demo):
    """What asks a real server on the demo workspace, with or without its token."""
    from tornado.httpclient import AsyncHTTPClient
    from tornado.httpserver import HTTPServer
    from tornado.testing import bind_unused_port

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    server = ServerApp(
        root_dir=str(demo.root),
        allow_root=True,
        open_browser=False,
        jpserver_extensions={"partnership_lib.review.lab": True},
    )
    server.initialize([], new_httpserver=False)
    socket, port = bind_unused_port()
    http = HTTPServer(server.web_app)

    async def ask(path, token, body):
        if not http._sockets:
            http.add_socket(socket)
        headers = {"Authorization": f"token {server.identity_provider.token}"} if token else {}
        method = {"method": "POST", "body": json.dumps(body)} if body else {}
        address = f"http://127.0.0.1:{port}{server.base_url}partnership/{path}"
        return await AsyncHTTPClient().fetch(address, headers=headers, raise_error=False, request_timeout=120, **method)

    yield lambda path, *, token=True, body=None: loop.run_until_complete(ask(path, token, body))
    http.stop()
    loop.close()


def test_the_server_offers_and_makes_copies_to_those_who_have_its_token(fetch, demo):
    assert len(json.loads(fetch("launcher").body)["cards"]) == len(KINDS)
    answer = fetch("notebooks", body={"kind": "portfolio"})
    assert (answer.code, (demo.root / json.loads(answer.body)["path"]).is_file()) == (200, True)


def test_the_server_says_in_words_what_it_refuses(fetch):
    answer = fetch("notebooks", body={"kind": "follow_up", "agreement": "A-0001"})
    assert answer.code == 400
    message = json.loads(answer.body)["message"]
    assert "A-0001 finns inte" in message and "A-001" in message


@pytest.mark.parametrize(("path", "body"), [("launcher", None), ("notebooks", {"kind": "portfolio"})])
def test_the_server_tells_nobody_else(fetch, demo, path, body):
    before = set((demo.root / "notebooks").rglob("*"))
    assert fetch(path, token=False, body=body).code == 403
    assert set((demo.root / "notebooks").rglob("*")) == before


# --- the start page -------------------------------------------------------------------------------------------------


def test_the_start_page_says_what_there_is_and_what_is_due(demo):
    start = start_page(demo)
    found = {finding.code: finding.number for finding in start.findings()}
    assert found["start.due"] == 9
    assert found["start.agreements"] == 40
    assert found["start.ledger"] == demo.warehouse.totals()["lines"]


def test_the_start_page_of_an_empty_workspace_says_how_to_begin(tmp_path):
    create_workspace(tmp_path)
    codes = [finding.code for finding in start_page(open_workspace(tmp_path)).findings()]
    assert codes == ["start.no_agreements", "start.no_ledger", "start.nothing_due", "start.no_meetings"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_only_the_packages_own_code_is_run_unasked(tmp_path, language):
    create_workspace(tmp_path)
    page = place_notebooks(open_workspace(tmp_path)) / START_NOTEBOOKS[language]
    assert runs_by_itself(page)
    notebook = json.loads(page.read_text(encoding="utf-8"))
    notebook["cells"][-1]["source"] = ["my own words"]
    page.write_text(json.dumps(notebook), encoding="utf-8")
    assert runs_by_itself(page)
    notebook["cells"][2]["source"] += ["\nimport somebody_elses_code"]
    page.write_text(json.dumps(notebook), encoding="utf-8")
    assert not runs_by_itself(page)
    page.unlink()
    assert not runs_by_itself(page)

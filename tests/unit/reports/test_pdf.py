"""The PDF: for screen readers and for the archive, the same bytes each time, and nothing fetched."""

import base64
import io
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import page as page_validation
import pandas as pd
import pikepdf
import pypdf
import pytest

from partnership_lib.display.figures.drawing import draw_svg
from partnership_lib.display.tables import safe_table
from partnership_lib.errors import ReportError
from partnership_lib.reports.pdf import Attached, end_streams_clearly, render_pdf
from partnership_lib.reports.render import render_html

FIGURE = base64.b64encode(
    draw_svg("partnership_share", pd.DataFrame({"month": pd.to_datetime(["2026-01-01"]), "share": [0.3]}), {}, "sv")
).decode()
TABLE = safe_table(
    pd.DataFrame({f"column_{number}": ["Åtgärder och uppföljning", "x"] for number in range(9)}),
    language="sv",
    caption="Underlag",
)
BODY = (
    '<div class="partnership"><header class="masthead"><h1>Uppföljning: Räddning</h1>'
    '<ul class="facts"><li><span>Avtal</span> <strong>Räddning</strong></li></ul>'
    '<nav class="contents" aria-label="Innehåll"><p>Innehåll</p><ol><li><a href="#spend">Inköp</a></li></ol></nav>'
    "</header></div>"
    '<div class="partnership"><section class="spend" id="spend"><h2>Inköp</h2>'
    f'<div class="finding bad"><p class="sentence">Inköpen ökade.</p>{TABLE}</div>'
    f'<figure><figcaption>Andel</figcaption><img alt="Andelen är 30 %." src="data:image/svg+xml;base64,{FIGURE}">'
    "<details><summary>Visa</summary></details></figure></section></div>"
)


def _page(body: str = BODY) -> str:
    output = {"output_type": "display_data", "data": {"text/html": body}, "metadata": {"partnership": "safe"}}
    notebook = {"cells": [{"cell_type": "code", "outputs": [output]}]}
    return render_html(notebook, title="Uppföljning: Räddning", language="sv", provenance=[("Nyckel", "A-001")])


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(_page(), title="Uppföljning: Räddning & <Skola>", language="sv")


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_one_file_passes_both_standards(pdf: bytes, profile: str) -> None:
    report = page_validation.validate_pdf_bytes(pdf, profile=profile)
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_the_control_a_plain_pdf_fails_both_standards(profile: str) -> None:
    weasyprint = stock_weasyprint()
    plain = weasyprint.HTML(string=_page(), url_fetcher=weasyprint.URLFetcher(allowed_protocols=("data",))).write_pdf()
    assert not page_validation.validate_pdf_bytes(plain, profile=profile).is_compliant


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_figure_with_nothing_to_show_is_words_and_no_picture_without_a_description(profile: str) -> None:
    # The first report of every new municipality has some.
    empty = '<figure><figcaption>Möten</figcaption><p class="no-rows">Det finns inget att visa.</p></figure></section>'
    made = render_pdf(_page(BODY.replace("</section>", empty)), title="Uppföljning", language="sv")
    assert page_validation.validate_pdf_bytes(made, profile=profile).is_compliant
    assert "Det finns inget att visa." in "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages
    )


CSV = Attached("figure_share.csv", "Andel & mål", b"month,share\n2026-01-01,0.3\n")


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_file_with_data_inside_passes_both_standards_and_gives_them_back(profile: str) -> None:
    made = [render_pdf(_page(), title="x", language="sv", attached=[CSV], day=date(2026, 9, 15)) for _ in range(2)]
    assert made[0] == made[1]
    report = page_validation.validate_pdf_bytes(made[0], profile=profile)
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]
    (found,) = pypdf.PdfReader(io.BytesIO(made[0])).attachment_list
    assert (found.name, found.content, found.description) == (CSV.name, CSV.content, CSV.about)
    assert found.associated_file_relationship == "/Data"


SCREEN = BODY.replace('<div class="scroll"', '<div class="scroll on-screen"').replace(
    "Inköpen ökade.", 'Inköpen ökade. <span class="on-paper">(2 rader i datafilen spend.csv.)</span>'
)


def _words(html: str) -> str:
    made = render_pdf(html, title="x", language="sv")
    return " ".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages).split())


def test_what_is_for_the_screen_is_not_printed_and_the_paper_says_where_it_is() -> None:
    assert "uppföljning" not in _words(_page(SCREEN))
    assert "Inköpen ökade. (2 rader i datafilen spend.csv.)" in _words(_page(SCREEN))
    assert "mappen data" in _words(_page(SCREEN))


def test_the_control_what_is_for_both_is_printed() -> None:
    assert "uppföljning" in _words(_page())


def test_title_language_bookmarks_and_text_are_in_the_file(pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "Uppföljning: Räddning & <Skola>"
    assert reader.trailer["/Root"]["/Lang"] == "sv"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [mark.title for mark in reader.outline if not isinstance(mark, list)] == ["Uppföljning: Räddning"]
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Inköpen ökade." in text
    assert "Åtgärder och uppföljning" in " ".join(text.split())


def test_a_page_is_a4_and_numbered(pdf: bytes) -> None:
    first = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert (round(float(first.mediabox.width)), round(float(first.mediabox.height))) == (595, 842)
    assert "1 / 1" in first.extract_text()


def test_all_letters_are_embedded_and_come_from_the_packages(pdf: bytes) -> None:
    fonts: set[str] = set()
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        fonts |= {str(font.get_object()["/BaseFont"]).split("+")[1] for font in page["/Resources"]["/Font"].values()}
    assert fonts <= {"DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"}


def test_the_same_page_gives_the_same_bytes(pdf: bytes) -> None:
    assert render_pdf(_page(), title="Uppföljning: Räddning & <Skola>", language="sv") == pdf


_IN_A_PROCESS_OF_ITS_OWN = """
import base64, hashlib
import pandas as pd
import pikepdf
from partnership_lib.display.figures.drawing import draw_svg
from partnership_lib.reports.pdf import render_pdf
frame = pd.DataFrame({"month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "share": [0.3, 0.4]})
svg = base64.b64encode(draw_svg("partnership_share", frame, {"target": 0.5}, "sv")).decode()
html = f'<html lang="sv"><title>x</title><h1>Åtgärd</h1><img alt="y" src="data:image/svg+xml;base64,{svg}"></html>'
print(hashlib.sha256(render_pdf(html, title="x", language="sv")).hexdigest())
"""


def test_another_process_gives_the_same_bytes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _IN_A_PROCESS_OF_ITS_OWN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def stock_weasyprint() -> Any:
    return pytest.importorskip("weasyprint", exc_type=OSError, reason="Pango is not on this machine")


class _Canary(BaseHTTPRequestHandler):
    hits: list[str]

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that writes down who calls."""
    hits: list[str] = []
    handler = type("Canary", (_Canary,), {"hits": hits})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()


def _trap(address: str, secret: Path) -> str:
    file = secret.as_uri()
    return (
        f'<html lang="sv"><head><title>x</title><link rel="stylesheet" href="{address}/css">'
        f'<link rel="attachment" href="{file}"><style>@import "{address}/import"; '
        f"@font-face {{ font-family: a; src: url({address}/font) }} p {{ font-family: a; background: url({file}) }}"
        f'</style></head><body><p>text</p><img alt="" src="{address}/img"><img alt="" src="{file}">'
        f'<object data="{address}/object"></object><embed src="{address}/embed">'
        f'<a rel="attachment" href="{file}">x</a><svg><image href="{address}/svg"/></svg></body></html>'
    )


def test_nothing_is_fetched_and_no_file_of_the_machine_comes_in(canary: tuple[str, list[str]], tmp_path: Path) -> None:
    address, hits = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-7f3a91", encoding="utf-8")
    made = render_pdf(_trap(address, secret), title="x", language="sv")
    assert hits == []
    assert b"canary-7f3a91" not in _all_bytes(made)


def test_the_control_stock_weasyprint_calls_and_attaches(canary: tuple[str, list[str]], tmp_path: Path) -> None:
    address, hits = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-7f3a91", encoding="utf-8")
    weasyprint = stock_weasyprint()
    made = weasyprint.HTML(string=_trap(address, secret)).write_pdf()
    assert hits
    assert b"canary-7f3a91" in _all_bytes(made)


def _all_bytes(pdf: bytes) -> bytes:
    """Return every stream of a PDF, unpacked."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return b"".join(each.read_bytes() for each in opened.objects if isinstance(each, pikepdf.Stream))


def test_a_figure_without_a_description_is_refused_with_the_reason() -> None:
    with pytest.raises(ReportError) as refused:
        render_pdf(_page(BODY.replace('alt="Andelen är 30 %." ', "")), title="x", language="sv")
    assert refused.value.code == "pdf_not_set"
    assert "alt" in refused.value.values["reason"]


def test_the_first_cell_of_a_row_is_the_header_of_its_row_and_those_on_top_of_their_columns(pdf: bytes) -> None:
    scopes = [str(element["/A"]) for element in _elements(pypdf.PdfReader(io.BytesIO(pdf)), "/TH")]
    assert [sum(f"'/{name}'" in scope for scope in scopes) for name in ("Column", "Row")] == [9, 2]
    assert len(_elements(pypdf.PdfReader(io.BytesIO(pdf)), "/TD")) == 16


def test_no_compressed_stream_ends_in_a_carriage_return() -> None:
    """One in two hundred and fifty-six would: a checker then counts a byte too few."""
    data = next(text for text in map(b"%d".__mod__, range(100_000)) if zlib.compress(text).endswith(b"\r"))
    with pikepdf.new() as pdf:
        stream = pdf.make_stream(data)
        stream.write(zlib.compress(data), filter=pikepdf.Name.FlateDecode)
        assert stream.read_raw_bytes().endswith(b"\r")
        end_streams_clearly(pdf)
        assert (stream.read_raw_bytes(), stream.read_bytes()) == (data, data)


def _elements(reader: pypdf.PdfReader, name: str) -> list[Any]:
    """Return the elements of a kind in the tree that screen readers walk through."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            found += [element] if element.get("/S") == name else []
            waiting += [element["/K"]] if "/K" in element else []
    return found


HOSTILE = ('#eval("1+1")', '"] #read("/etc/passwd") [', "#{panic()}", "$ x $ \\ *a* _b_ @c <d> // e", '{"tag":"img"}')


def test_no_text_is_an_instruction_to_the_typesetter() -> None:
    cells = safe_table(pd.DataFrame({"text": HOSTILE}), language="sv", caption=HOSTILE[0])
    words = _words(_page(BODY.replace(str(TABLE), str(cells)).replace("Inköpen ökade.", HOSTILE[2])))
    for text in ('#eval("1+1")', '#read("/etc/passwd")', "#{panic()}", "*a* _b_ @c", '{"tag":"img"}'):
        assert text in words


def test_letters_that_the_font_lacks_and_odd_pages_are_set_too() -> None:
    for body in (
        "漢字 😀 \u202e \ue000",
        "",
        "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>",
        "<p><b>x</p>",
    ):
        assert render_pdf(f"<p>{body}</p>", title="x", language="en").startswith(b"%PDF")

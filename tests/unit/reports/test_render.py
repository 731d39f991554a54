"""The published page: takes what `display` has made, refuses the rest, and can run nothing."""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Any

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter

from partnership_lib.display.html import SAFE_MARK, Html
from partnership_lib.display.view import View
from partnership_lib.errors import ReportError
from partnership_lib.findings import Analysis
from partnership_lib.reports.allowed_html import not_allowed
from partnership_lib.reports.render import render_html

SHOWN = Html('<div class="partnership"><h1>Uppföljning</h1><table><tr><td>rad</td></tr></table></div>')


def _output(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> Any:
    return nbformat.v4.new_output("execute_result", data=data, metadata=metadata or {}, execution_count=1)


def _as_run(thing: Any) -> Any:
    """What Jupyter stores when `thing` stands last in a cell."""
    data, metadata = DisplayFormatter().format(thing)
    return _output(data, metadata)


def _notebook(outputs: Iterable[Any]) -> Any:
    cells = [nbformat.v4.new_markdown_cell("# Notes of the analyst <script>1</script>")]
    for output in outputs:
        cells.append(nbformat.v4.new_code_cell("secret_source = 1"))
        cells[-1].outputs = [output]
    return nbformat.v4.new_notebook(cells=cells)


def _page(*outputs: Any, **more: Any) -> str:
    return render_html(_notebook(outputs), title="Uppföljning", language="sv", **more)


def test_the_page_shows_what_display_made_and_no_code_or_markdown() -> None:
    page = _page(_as_run(SHOWN))
    assert "<td>rad</td>" in page
    assert "secret_source" not in page
    assert "analyst" not in page


def test_the_page_has_language_title_landmark_and_skip_link() -> None:
    page = _page(_as_run(SHOWN))
    assert '<html lang="sv">' in page
    assert "<title>Uppföljning</title>" in page
    assert '<main id="content">' in page
    assert '<a class="skip" href="#content">Hoppa till innehållet</a>' in page


def test_an_english_page_speaks_english() -> None:
    page = render_html(_notebook([]), title="Follow-up", language="en", provenance=[("Key", "x")])
    assert '<html lang="en">' in page
    assert "Skip to content" in page
    assert "About this report" in page


def test_the_policy_allows_the_one_style_sheet_and_nothing_that_runs() -> None:
    page = _page(_as_run(SHOWN))
    (sheet,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    rules = policy.replace("&#39;", "'").split("; ")
    assert rules[:3] == ["default-src 'none'", "img-src data:", f"style-src 'sha256-{digest}'"]
    assert "script" not in policy
    assert "<script" not in page


def test_nothing_in_the_page_points_outside() -> None:
    page = _page(_as_run(SHOWN), provenance=[("Nyckel", "a/b")])
    assert not re.findall(r"""(?:src|href|url\()\s*=?\s*["']?(?!data:|#)[a-z]+:""", page)


def test_the_title_and_the_provenance_are_escaped() -> None:
    page = render_html(_notebook([]), title="<script>1</script>", language="sv", provenance=[("<b>", "<i>&")])
    assert "<script>" not in page
    assert "&lt;b&gt;" in page
    assert "&lt;i&gt;&amp;" in page


def test_the_delivery_and_printed_text_are_left_out() -> None:
    delivered = _as_run(View().deliver(Analysis("follow_up", ())))
    stream = nbformat.v4.new_output("stream", name="stderr", text="FutureWarning: <script>")
    page = _page(delivered, stream, _output({"text/plain": "<repr>"}))
    assert "Rapporten är komplett" not in page
    assert "FutureWarning" not in page
    assert "repr" not in page


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<p>from somewhere else</p>"},
        {"text/markdown": "[x](javascript:alert(1))"},
        {"application/javascript": "alert(1)"},
        {"image/svg+xml": "<svg onload='alert(1)'/>"},
        {"image/png": "aGVq"},
        {"text/latex": "$x$"},
    ],
)
def test_an_output_of_other_origin_is_refused_with_its_cell(data: dict[str, str]) -> None:
    with pytest.raises(ReportError) as refused:
        _page(_as_run(SHOWN), _output(data))
    assert refused.value.code == "unsafe_output"
    assert refused.value.values == {"cell": 3, "found": next(iter(data))}


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick='x()'>",
        '<img alt="" src="https://example.org/a.png">',
        '<img alt="" src="data:text/html,x">',
        '<a href="javascript:alert(1)">',
        '<a href="https://example.org">',
        "<iframe></iframe>",
        '<p style="background:url(https://example.org)">',
        "<svg><script>1</script></svg>",
        '<link rel="attachment" href="file:///etc/hostname">',
        "<!-- hidden -->",
        "<style>@import 'x'</style>",
    ],
)
def test_a_forged_mark_does_not_carry_live_html_through(html: str) -> None:
    with pytest.raises(ReportError) as refused:
        _page(_output({"text/html": html}, {"partnership": SAFE_MARK}))
    assert refused.value.code == "unsafe_output"


def test_links_within_the_page_and_embedded_pictures_are_let_through() -> None:
    assert not not_allowed('<a href="#spend">x</a><img alt="y" src="data:image/svg+xml;base64,aGVq">')


def test_a_failed_cell_is_never_rendered() -> None:
    failed = nbformat.v4.new_output("error", ename="ValueError", evalue="x", traceback=[])
    with pytest.raises(ReportError) as refused:
        _page(failed)
    assert refused.value.code == "failed_cell"
    assert refused.value.values == {"cell": 2, "found": "ValueError"}


def test_the_same_notebook_gives_the_same_page() -> None:
    assert _page(_as_run(SHOWN)) == _page(_as_run(SHOWN))

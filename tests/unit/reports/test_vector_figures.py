"""Figures written straight into the PDF look as WeasyPrint draws them; what is not known to the last is left to it."""

import base64
import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from partnership_lib.display.figures.drawing import draw_svg
from partnership_lib.reports import pdf
from partnership_lib.reports.vector_figures import vector_figures

pytest.importorskip("weasyprint", exc_type=OSError, reason="Pango is not on this machine")

MONTHS = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
SHARES = draw_svg("partnership_share", pd.DataFrame({"month": MONTHS, "share": [0.1, 0.3, 0.2]}), {"target": 0.5}, "sv")


def _page(svg: bytes, folded: str = "") -> str:
    address = "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
    return f'<html lang="sv"><title>x</title><h1>Åtgärd</h1><img alt="y" src="{address}">{folded}</html>'


def test_a_figure_of_ours_is_written_straight_into_the_pdf() -> None:
    (figure,) = vector_figures(_page(SHARES)).values()
    assert figure.get_intrinsic_size(1, 16)[2] == pytest.approx(figure.width_points / figure.height_points)
    assert sum(len(each) for each in figure.operations) > 1000


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        (b"</svg>", b"<text>x</text></svg>"),
        (b"</svg>", b'<image href="x"/></svg>'),
        (b'<g id="figure_1">', b'<g id="figure_1" style="opacity: 0.5">'),
        (b'<g id="figure_1">', b'<g id="figure_1" style="filter: blur(2px)">'),
        (b'<g id="figure_1">', b'<g id="figure_1" onclick="x">'),
        (b'<g id="figure_1">', b'<g id="figure_1" transform="skewX(20)">'),
        (b"fill: #ffffff", b"fill: url(#gradient)"),
        (b"stroke-linejoin: round;", b"stroke-linejoin: bevel;"),
        (b'viewBox="0 0 ', b'viewBox="10 0 '),
        (b"<svg ", b"<svg <"),
        (b"M 0 ", b"A 0 "),
    ],
)
def test_what_is_not_known_is_left_to_weasyprint(known: bytes, unknown: bytes) -> None:
    assert SHARES.count(known)
    assert vector_figures(_page(SHARES.replace(known, unknown, 1))) == {}


def test_what_is_folded_away_on_the_screen_leaves_no_trace_on_paper() -> None:
    sheet = "<style>@media print { details { display: none } }</style>"
    folded = "<details><summary>Visa</summary><table><tr><td>1</td></tr></table></details>"
    plain, with_folded = (
        pdf.render_pdf(sheet + _page(SHARES, more), title="x", language="sv") for more in ("", folded)
    )
    assert plain == with_folded


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_the_figure_looks_as_weasyprint_draws_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    straight = _picture(_page(SHARES), tmp_path)
    blank = _picture(_page(SHARES.replace(b"</svg>", b'<path d="M 0 0 L 500 0 L 500 500 L 0 500 z"/></svg>')), tmp_path)
    monkeypatch.setattr(pdf, "vector_figures", lambda _: {})
    interpreted = _picture(_page(SHARES), tmp_path)
    assert np.abs(straight - interpreted).mean() < 0.5  # of 255: dashes may lie a pixel further on
    assert np.abs(blank - interpreted).mean() > 5  # the control: the measure sees another figure


def _picture(page: str, folder: Path) -> np.ndarray:
    (folder / "page.pdf").write_bytes(pdf.render_pdf(page, title="x", language="sv"))
    made = subprocess.run(
        ["pdftoppm", "-r", "60", "-png", str(folder / "page.pdf")], capture_output=True, check=True
    ).stdout
    return np.asarray(Image.open(io.BytesIO(made)).convert("L"), dtype=float)

"""An executed notebook as a published page: only what `display` has made, under a policy that runs nothing.

The template is plain Jinja with autoescape and strict names. nbconvert's own templates are not used: they do not
escape, and take outputs of any origin.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined
from markupsafe import Markup

from partnership_lib import palette, text
from partnership_lib.display.delivery import DELIVERY_MIME
from partnership_lib.display.html import SAFE_MARK, content_css, style_element
from partnership_lib.errors import ReportError
from partnership_lib.reports.allowed_html import not_allowed

_CUT = re.compile('<details>|class="on-paper"')
_LIVE_TYPES = (
    "text/html",
    "text/markdown",
    "text/latex",
    "application/javascript",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "application/vnd.jupyter.widget-view+json",
)


def render_html(
    notebook: Mapping[str, Any],
    *,
    title: str,
    language: str,
    provenance: Sequence[tuple[str, str]] = (),
    opening: str = "",
) -> str:
    """Return a whole page made of the outputs of an executed notebook.

    Parameters
    ----------
    notebook : Mapping
        As read by nbformat. Markdown, code, printed text and warnings are for JupyterLab and are left out.
    title : str
        Title of the page.
    language : str
        ``sv`` or ``en``.
    provenance : sequence of (str, str)
        Labels and values under "About this report" at the end, ready to read.
    opening : str
        HTML that `display` has made, shown after the masthead.

    Raises
    ------
    ReportError
        ``unsafe_output`` when a cell shows something that `display` has not made, ``failed_cell`` when one failed.
    """
    masthead, *sections = [*_blocks(notebook), ""]
    blocks = [Markup(block) for block in (masthead, opening, *sections) if block]  # noqa: S704 - from `display`
    return page_template().render(
        title=title,
        language=language,
        policy=content_policy(page_css()),
        css=Markup(page_css()),  # noqa: S704 - our own file
        blocks=blocks,
        provenance=list(provenance),
        words={name: text.sentence(f"page.{name}", {}, language) for name in ("skip", "about", "on_paper")},
        is_cut_on_paper=any(_CUT.search(block) for block in blocks),
    )


@cache
def page_css() -> str:
    """Return the style sheet of a published page."""
    # The page comes last: on paper it overrides the content.
    own = files(__package__).joinpath("template", "report.css").read_text(encoding="utf-8")
    return palette.variables(":root", dark=False) + content_css() + own


@cache
def page_template() -> Any:
    """Return the Jinja template of a published page."""
    source = files(__package__).joinpath("template", "report.html.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, loader=BaseLoader()).from_string(source)


def content_policy(css: str) -> str:
    """Return the content security policy of a page whose only style sheet is `css`: no scripts, no requests."""
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _blocks(notebook: Mapping[str, Any]) -> Iterator[str]:
    for number, cell in enumerate(notebook["cells"], start=1):
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                raise ReportError("failed_cell", cell=number, found=str(output.get("ename", "")))
            if output["output_type"] != "stream":
                yield from _shown(output, number)


def _shown(output: Mapping[str, Any], cell: int) -> Iterator[str]:
    data = output["data"]
    if DELIVERY_MIME in data:
        return  # For the runner, which takes it from the notebook.
    if output.get("metadata", {}).get("partnership") == SAFE_MARK and "text/html" in data:
        html = _joined(data["text/html"]).removeprefix(style_element())
        found = not_allowed(html)
        if found:
            raise ReportError("unsafe_output", cell=cell, found=", ".join(sorted(set(found))[:5]))
        yield html
        return
    live = [kind for kind in _LIVE_TYPES if kind in data]
    if live:
        raise ReportError("unsafe_output", cell=cell, found=", ".join(live))


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)

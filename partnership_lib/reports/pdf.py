"""The published page as PDF: tagged for screen readers (PDF/UA-1) and fit for the archive (PDF/A-3a) in one file.

Typst sets it from the tree of the page (`paper`), with letters that come with the packages. It checks both standards
itself, and refuses, for example, a figure without a description.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from partnership_lib.errors import ReportError
from partnership_lib.palette import LIGHT
from partnership_lib.reports.paper.columns import letters_folder
from partnership_lib.reports.paper.tree import Node, paper_tree

_KIND = re.compile(r'<header class="masthead of-(\w+)"')
_SHORT_KINDS = {"agenda", "minutes"}
"""A page or two with many small items: smaller headings, and no captions, since the sentence above says it."""
_COLOURS = ("ink", "muted", "rule", "accent", "good", "attention", "bad")
_KINDS_WITHOUT_LEADS = {"follow_up"}


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF: its name, and what it is, in words."""

    name: str
    about: str
    content: bytes


def render_pdf(
    html: str, *, title: str, language: str, attached: Sequence[Attached] = (), day: date = date(2000, 1, 1)
) -> bytes:
    """Return a published page as PDF; the same bytes for the same page, on any machine with the same packages.

    Nothing is fetched and nothing of the page is run: its text and figures are data for a document of our own.

    Parameters
    ----------
    html : str
        A whole page from `render_html`. What is for the screen only is not printed.
    title : str
        Title of the document.
    language : str
        Language of the document.
    attached : sequence of Attached
        Data files (CSV, UTF-8) that go into the PDF.
    day : datetime.date
        When document and files are said to have been made.

    Raises
    ------
    ReportError
        ``pdf_not_set`` when the typesetter refuses the page, with its reason.
    """
    import typst

    kind = _KIND.search(html)
    of_kind = kind[1] if kind else ""
    tree = paper_tree(html)
    page = {
        "title": title,
        "language": language,
        "day": [day.year, day.month, day.day],
        "is_short": of_kind in _SHORT_KINDS,
        "without_leads": of_kind in _KINDS_WITHOUT_LEADS,
        "colours": {name: LIGHT[name] for name in _COLOURS},
        "has_marks": '<span class="mark">' in html,
        "kids": tree,
        "attached": [asdict(each) | {"content": each.content.decode("utf-8")} for each in attached],
    }
    try:
        made = typst.Compiler(font_paths=_letters()).compile(
            _document(),
            sys_inputs={"page": json.dumps(page, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["a-3a", "ua-1"],
            timestamp=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise ReportError("pdf_not_set", reason=str(error)[:300]) from error
    assert isinstance(made, bytes)
    return _with_row_headers(made, [table for node in tree for table in _tables(node)])


def prepare(html: str) -> None:
    """Load what every PDF needs, and measure the letters of a page, without setting it.

    Typst sets pages with threads of its own, so it must not have set any in a process that is forked afterwards.
    """
    _letters()
    _document()
    paper_tree(html)


@cache
def _letters() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(letters_folder())])


@cache
def _document() -> bytes:
    return files("partnership_lib.reports.paper").joinpath("paper.typ").read_bytes()


def _tables(node: Node | str) -> Iterator[Node]:
    if isinstance(node, dict):
        if node["tag"] == "table" and node["columns"]:
            yield node
        for kid in node["kids"]:
            yield from _tables(kid)


def _with_row_headers(made: bytes, tables: Sequence[Node]) -> bytes:
    """Return the PDF with the first cell of each row as the header of its row where it is so on the page.

    Typst marks the heads of columns; those of rows it only can with a setting that its Python package has not.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(made)) as pdf:
        found = [each for each in _elements(pdf.Root.StructTreeRoot) if pikepdf.Name.Table == each.S]
        for table, element in zip(tables, found, strict=True):
            for row, cells in zip(_body_rows(table), _body_elements(element), strict=True):
                for cell, marked in zip(row, cells, strict=True):
                    if cell["tag"] == "th":
                        marked.S = pikepdf.Name.TH
                        marked.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
        end_streams_clearly(pdf)
        stream = io.BytesIO()
        pdf.save(stream, compress_streams=False, deterministic_id=True)
    return stream.getvalue()


def end_streams_clearly(pdf: Any) -> None:
    """Write a compressed stream whose last byte is a carriage return as it is.

    A line feed follows every stream, and readers that look for the end of it, among them checkers of PDF/A, take both
    for the end of the line and miss a byte.
    """
    import pikepdf

    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream) and "/Filter" in each and each.read_raw_bytes().endswith(b"\r"):
            each.write(each.read_bytes())


def _body_rows(table: Node) -> list[list[Node]]:
    return [row["kids"] for part in table["kids"] if part["tag"] == "tbody" for row in part["kids"]]


def _body_elements(table: Any) -> Iterator[list[Any]]:
    for part in _kids(table):
        if part.S == "/TBody":
            yield from ([*_kids(row)] for row in _kids(part))


def _elements(parent: Any) -> Iterator[Any]:
    for kid in _kids(parent):
        yield kid
        yield from _elements(kid)


def _kids(element: Any) -> Iterator[Any]:
    import pikepdf

    kids = element.get("/K", ())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid

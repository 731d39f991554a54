"""The page as data for the typesetter: its elements as a tree, without what is for the screen only."""

from __future__ import annotations

import base64
import binascii
import re
from html.parser import HTMLParser
from typing import Any
from unicodedata import category

from partnership_lib.reports.paper.columns import lay_out

Node = dict[str, Any]
"""``tag``, ``class`` (a list of words) and ``kids``: nodes and texts. A picture has ``svg`` and ``alt`` beside them."""

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NOT_ON_PAPER = {"details", "head", "nav", "object", "script", "style", "svg", "template", "title"}
_NOT_ON_PAPER_CLASSES = {"on-screen", "skip"}
_HOLDS_BLOCKS = {
    "body", "div", "figure", "footer", "header", "html", "main", "ol", "root", "section", "table", "tbody", "thead",
    "tr", "ul",
}  # fmt: skip
_MEANS_NOTHING = {"Cc", "Cn", "Co", "Cs"}
"""Controls, unassigned and private characters, halves of pairs."""
_SVG = "data:image/svg+xml;base64,"
_SPACES = re.compile(r"[ \t\r\n\f]+")


def paper_tree(html: str) -> list[Node | str]:
    """Return what a published page says on paper, in its order.

    Only text, classes, figures and their descriptions are taken over: addresses, styles and scripts are not, so that
    nothing that stands in the page can be fetched or run. A picture that is not an embedded figure is left out.

    Examples
    --------
    >>> paper_tree('<p class="lead">Nya <b>avtal</b><a class="skip" href="x">y</a></p>')
    [{'tag': 'p', 'class': ['lead'], 'kids': ['Nya ', {'tag': 'b', 'class': [], 'kids': ['avtal']}]}]
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    _tidy(reader.root)
    kids: list[Node | str] = reader.root["kids"]
    return kids


class _Reader(HTMLParser):
    """Builds the tree; what is not on paper is read and dropped, with all that it holds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = _node("root", "")
        self._open: list[Node] = [self.root]
        self._dropped_from: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        node = _node(tag, given.get("class", ""))
        if tag in _VOID:
            if self._dropped_from is None and (tag == "br" or (tag == "img" and _take_figure(node, given))):
                self._open[-1]["kids"].append(node)
            return
        if self._dropped_from is None:
            if tag in _NOT_ON_PAPER or _NOT_ON_PAPER_CLASSES & set(node["class"]):
                self._dropped_from = len(self._open)
            else:
                self._open[-1]["kids"].append(node)
        self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, node in enumerate(self._open) if place and node["tag"] == tag]
        if not places:
            return
        del self._open[places[-1] :]
        if self._dropped_from is not None and len(self._open) <= self._dropped_from:
            self._dropped_from = None

    def handle_data(self, data: str) -> None:
        if self._dropped_from is None:
            self._open[-1]["kids"].append(_printable(_SPACES.sub(" ", data)))


def _printable(text: str) -> str:
    """Return a text without characters that mean nothing on paper: the archive's standard forbids some of them."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if category(letter) in _MEANS_NOTHING else letter for letter in text)


def _node(tag: str, classes: str) -> Node:
    return {"tag": tag, "class": classes.split(), "kids": []}


def _take_figure(node: Node, given: dict[str, str]) -> bool:
    """Put an embedded figure into its node; return whether it was one."""
    source = given.get("src", "")
    if not source.startswith(_SVG):
        return False
    try:
        node["svg"] = base64.b64decode(source.removeprefix(_SVG), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    node["alt"] = _printable(given.get("alt", "")) or None  # without it the typesetter refuses the page
    return True


def _tidy(node: Node) -> None:
    """Leave out the spaces between blocks; lay the tables out; mark the finding that a section begins with."""
    if node["tag"] in _HOLDS_BLOCKS:
        node["kids"] = [kid for kid in node["kids"] if not isinstance(kid, str) or kid.strip()]
    for kid in node["kids"]:
        if isinstance(kid, dict):
            _tidy(kid)
    if node["tag"] == "table":
        lay_out(node)
    if node["tag"] == "section":
        findings = [kid for kid in node["kids"] if isinstance(kid, dict) and "finding" in kid["class"]]
        for first in findings[:1]:
            first["class"].append("first")

"""HTML that `display` has made itself, with its mark, and the style sheet that it is shown with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Any

from partnership_lib import palette

SAFE_MARK = "safe"
"""Value of the output metadata ``partnership`` on everything that is made here; published reports take nothing else."""

_TAG = re.compile(r"<[^>]*>")
_ON_PAPER = re.compile(r'<(p|span) class="on-paper">[^<]*</\1>')
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|tr|li|caption|figcaption|summary|dd)>")


@cache
def content_css() -> str:
    """Return the style sheet of tables, findings and figures; the palette's variables have to stand before it."""
    return files(__package__).joinpath("content.css").read_text(encoding="utf-8")


@cache
def style_element() -> str:
    """Return the style sheet as an element that stands first in what JupyterLab shows; its scope lets it live there."""
    return f"<style>{palette.variables('.partnership')}{content_css()}</style>"


@dataclass(frozen=True)
class Html:
    """A piece of a report: shown as HTML in a notebook, as text where there is no HTML."""

    source: str

    def _repr_html_(self) -> str:
        return style_element() + self.source

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, str]]:
        return {"text/html": self._repr_html_(), "text/plain": str(self)}, {"partnership": SAFE_MARK}

    def __str__(self) -> str:
        lines = unescape(_TAG.sub(" ", _BLOCK_END.sub("\n", _ON_PAPER.sub("", self.source)))).splitlines()
        return "\n".join(" ".join(line.split(" ")) for line in (" ".join(line.split()) for line in lines) if line)

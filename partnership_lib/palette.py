"""The colours, letters and sizes of all that people see: pages, rooms, figures, forms. They are written nowhere else.

A style sheet says ``var(--muted)``, and whoever shows it puts `variables` before it; a figure takes `LIGHT`. What each
colour means stands in ``docs/design.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

LIGHT: Mapping[str, str] = MappingProxyType({
    "ink": "#1c2733",
    "muted": "#52606d",
    "rule": "#d5dbe1",
    "edge": "#808d9a",
    "paper": "#ffffff",
    "sheet": "#ffffff",
    "band": "#f1f4f7",
    "trough": "#e4eaf0",
    "accent": "#16365c",
    "accent-soft": "#e4ecf5",
    "on-accent": "#ffffff",
    "lamp": "#ffd98a",
    "on-lamp": "#3c2700",
    "good": "#1b6b43",
    "good-soft": "#e3f2e7",
    "attention": "#7a4d00",
    "attention-soft": "#fff1d0",
    "bad": "#a8201a",
    "teal": "#1f6f84",
    "teal-deep": "#0f5464",
    "teal-soft": "#dff0f3",
    "teal-light": "#9dc3cf",
    "ochre": "#c4790a",
    "ochre-light": "#f3dcb8",
    "slate": "#3f4954",
    "focus": "#c2570c",
})  # fmt: skip
"""On white paper, on the screen and printed."""

DARK: Mapping[str, str] = MappingProxyType({
    "ink": "#e4e9ee",
    "muted": "#a9b4bf",
    "rule": "#46505a",
    "edge": "#7d8894",
    "paper": "#161b20",
    "sheet": "#ffffff",
    "band": "#232a31",
    "trough": "#1e252b",
    "accent": "#9cc4ec",
    "accent-soft": "#243546",
    "on-accent": "#10151a",
    "lamp": "#6b4a00",
    "on-lamp": "#ffe3a8",
    "good": "#6fcf97",
    "good-soft": "#1d3528",
    "attention": "#e5b567",
    "attention-soft": "#3d3118",
    "bad": "#ff8f87",
    "teal": "#5fb3c8",
    "teal-deep": "#8fd3e2",
    "teal-soft": "#17343b",
    "teal-light": "#2f6675",
    "ochre": "#e0a04a",
    "ochre-light": "#57431f",
    "slate": "#aab4be",
    "focus": "#ffb866",
})  # fmt: skip
"""The same names where JupyterLab is dark."""

LETTERS = '"Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif'
"""The reader's own system letters."""

SIZES: Mapping[str, float] = MappingProxyType(
    {"tiny": 0.8, "small": 0.86, "less": 0.92, "more": 1.08, "large": 1.18, "heading": 1.4, "title": 2.0}
)
"""Steps of the type scale, as shares of the text around them."""

CORNERS_PX: Mapping[str, int] = MappingProxyType({"corner": 4, "corner-large": 8})
"""Roundings of what can be pressed, and of what holds others."""

_IN_THE_DARK = '[data-jp-theme-light="false"]'
_USED = re.compile(r"var\(--([a-z-]+)\)")


def variables(scope: str, *, unit: str = "rem", dark: bool = True) -> str:
    """Return the variables of a style sheet, known to everything inside of `scope`.

    Parameters
    ----------
    scope : str
        A CSS selector.
    unit : str
        Of the type scale: ``rem`` on a page of its own, ``em`` where all sizes follow the room's.
    dark : bool
        Whether the colours change where JupyterLab is dark.
    """
    letters = {"letters": LETTERS}
    sizes = {f"size-{name}": f"{share:g}{unit}" for name, share in SIZES.items()}
    corners = {name: f"{width}px" for name, width in CORNERS_PX.items()}
    block = _block(scope, {**LIGHT, **letters, **sizes, **corners})
    return block + _block(f"{_IN_THE_DARK} {scope}", DARK) if dark else block


def _block(selector: str, values: Mapping[str, str]) -> str:
    return f"{selector} {{\n" + "".join(f"  --{name}: {value};\n" for name, value in values.items()) + "}\n"


def resolved(source: str) -> str:
    """Return a page that no style sheet goes with, each colour and the letters written out.

    Examples
    --------
    >>> resolved("color: var(--bad)")
    'color: #a8201a'
    """
    known = {**LIGHT, "letters": LETTERS}
    return _USED.sub(lambda found: known[found[1]], source)

"""The look of all figures: one palette with meaning, calm axes, the same letters on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

from partnership_lib.palette import LIGHT

INK, MUTED, RULE, BAND = (LIGHT[name] for name in ("ink", "muted", "rule", "band"))
_NAVY, _TEAL, _OCHRE = LIGHT["accent"], LIGHT["teal"], LIGHT["ochre"]

LEVEL_COLOURS = {"strategic": _NAVY, "tactical": _TEAL, "operational": _OCHRE}
LEVEL_MARKERS = {"strategic": "o", "tactical": "s", "operational": "^"}
"""Levels differ in lightness and in marker too, so that they are told apart in grey."""

GOOD, ATTENTION, BAD = (LIGHT[name] for name in ("good", "attention", "bad"))
ACTUAL, PLAN, POSSIBLE, FORECAST = _NAVY, MUTED, LIGHT["teal-light"], _TEAL
PARTNERSHIP, OTHER = _TEAL, LIGHT["edge"]
CHEAPER, DEARER = _TEAL, _OCHRE
LOW_VALUE, HIGH_VALUE = LIGHT["teal-light"], _NAVY
LITTLE_TO_MUCH = (_OCHRE, LIGHT["ochre-light"], LIGHT["teal-soft"], LIGHT["teal-light"])
"""Shares from nought to one: what is lacking is ochre, what is there is teal, and black letters are read on all."""
PARTY_COLOURS = {"buyer": _NAVY, "supplier": _OCHRE}
PLAN_COLOURS = {"fragmented": LIGHT["slate"], "consolidated": _TEAL}
PLAN_DASHES: dict[str, Any] = {"fragmented": (0, (4, 2)), "consolidated": "-"}
"""The alternatives of a comparison differ in dashes too, so that they are told apart in grey."""

WIDTH_INCHES = 7.0
"""Width of the text on an A4 page."""

_SETTINGS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "partnership",
    "svg.image_inline": True,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "axes.titley": 1.0,  # else the axes beside it are measured to find out that nothing is in a title's way
    "axes.unicode_minus": True,
    "axes.formatter.use_locale": False,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


@contextmanager
def context() -> Iterator[None]:
    """Draw in the house's style; the reader's own settings are back afterwards."""
    if mpl.rcParams["svg.hashsalt"] == _SETTINGS["svg.hashsalt"]:
        yield  # of somebody who has it on
        return
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)  # type: ignore[arg-type]
        yield

"""How the room looks, and the names that a screen reader needs where a widget has no place for them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import ipywidgets as widgets
from IPython.display import Javascript

from partnership_lib import palette


@cache
def style_html() -> str:
    """Return the room's style sheet as an element."""
    sheet = files(__package__).joinpath("room.css").read_text(encoding="utf-8")
    return f"<style>{palette.variables('.what-if')}{sheet}</style>"


def behaviour() -> widgets.Output:
    """Return what names the sliders and says messages aloud; it holds nothing that comes from outside."""
    script = Javascript(files(__package__).joinpath("room.js").read_text(encoding="utf-8"))
    output = widgets.Output(layout=widgets.Layout(display="none"))
    output.append_display_data(script)
    return output

"""From a chart's frame to the bytes of its picture; the one place that saves figures."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from partnership_lib.display import figures
from partnership_lib.display.figures import style
from partnership_lib.errors import ReportError

if TYPE_CHECKING:
    import pandas as pd

_POINTS_PER_INCH = 72  # of SVG
_PAD_POINTS = 3.0


def draw_svg(
    code: str,
    frame: pd.DataFrame,
    values: Mapping[str, Any],
    language: str,
    size_inches: tuple[float, float] | None = None,
) -> bytes:
    """Return the figure of a chart as SVG: the same bytes for the same input, letters as outlines.

    Parameters
    ----------
    size_inches : tuple of float, optional
        Width and height; default: the width of a page, and the height that the figure asks for.

    Raises
    ------
    ReportError
        ``unknown_chart`` when nothing draws it.
    """
    with style.context():
        return _written(draw(code, frame, values, language, size_inches))


def draw(
    code: str,
    frame: pd.DataFrame,
    values: Mapping[str, Any],
    language: str,
    size_inches: tuple[float, float] | None = None,
) -> Figure:
    """Return the figure of a chart in the house's style, which the reader's own settings know nothing of.

    Raises
    ------
    ReportError
        ``unknown_chart`` when nothing draws it.
    """
    plot = _plot_of(code)
    with style.context():
        own = None if size_inches is None else Figure(figsize=size_inches, layout="constrained").add_subplot()
        axes = plot(frame, language=language, values=values, ax=own)
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def _written(figure: Figure) -> bytes:
    figure.set_dpi(_POINTS_PER_INCH)
    canvas = FigureCanvasSVG(figure)
    place_empty_labels(figure)
    fit_axes(figure)
    figure.set_layout_engine("none")
    stream = io.BytesIO()
    canvas.print_svg(stream, metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def place_empty_labels(figure: Figure) -> None:
    """Give the axes' labels that say nothing a place: matplotlib measures all letters beside one that has none."""
    waiting: list[Any] = list(figure.axes)
    for axes in waiting:
        waiting += axes.child_axes
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.get_label_text():
                axis.set_label_coords(0, 0)


def fit_axes(figure: Figure) -> None:
    """Give the axes of a figure all the room that what is written around them leaves.

    matplotlib's own layout measures all letters four times to the same end: a quarter of the time of a figure.
    """
    (axes,) = figure.axes
    around, inside = axes.get_tightbbox(for_layout_only=True), axes.get_window_extent()
    if around is None:
        return
    left, low = inside.x0 - around.x0 + _PAD_POINTS, inside.y0 - around.y0 + _PAD_POINTS
    right, top = around.x1 - inside.x1 + _PAD_POINTS, around.y1 - inside.y1 + _PAD_POINTS
    width, height = figure.bbox.width, figure.bbox.height
    axes.set_position((left / width, low / height, 1 - (left + right) / width, 1 - (low + top) / height))


def _plot_of(code: str) -> Callable[..., Axes]:
    name = f"plot_{code}"
    if name not in figures.__all__:
        allowed = ", ".join(each.removeprefix("plot_") for each in figures.__all__)
        raise ReportError("unknown_chart", found=code, allowed=allowed)
    plot: Callable[..., Axes] = getattr(figures, name)
    return plot

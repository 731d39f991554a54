"""Figure: what the partnership's needs cost, where there is not enough data to compare it with anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures.treated_against_synthetic import plot_treated_against_synthetic

if TYPE_CHECKING:
    import pandas as pd


def plot_unit_cost_alone(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with the partnership's own line and its start; see `plot_treated_against_synthetic`."""
    return plot_treated_against_synthetic(frame, language=language, values=values, ax=ax)

"""The room's pictures: the figures of the reports, drawn for the space there is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from partnership_lib.decision.measures.quick import QuickAnswer
from partnership_lib.display.safe import escape
from partnership_lib.findings import Chart
from partnership_lib.review.what_if.knobs import nice_step

if TYPE_CHECKING:
    import pandas as pd

OTHER = "other"


def pictures_of(
    answer: QuickAnswer, currency: str, steps: int, beside: QuickAnswer | None = None
) -> tuple[Chart, Chart]:
    """Return what the pictures of an answer are drawn from: where the difference arises, and how it is distributed.

    The probability stands in words above them, and the interval in the second. Pictures that stand `beside` each other
    have the same steps and reach as far: what differs between them is the answer and never the scale.
    """
    spread, both = answer.difference, [each for each in (answer, beside) if each is not None]
    interval = {"mean_sek": spread.mean, "low_sek": spread.p2_5, "high_sek": spread.p97_5}
    named = largest_steps([each.components for each in both], steps)
    stairs, densities = [merged_steps(each.components, named) for each in both], [each.density for each in both]
    reach: list[dict[str, Any]] = [{}, {}]
    if beside is not None:
        levels = [level for stair in stairs for level in stair["difference_sek"].cumsum()]
        edges = [edge for density in densities for edge in density["difference_sek"]]
        reach = [{"reach_sek": rounded_outward(min(ends), max(ends))} for ends in (levels, edges)]
    return (
        Chart("cost_waterfall", stairs[0], {"currency": currency, **reach[0]}),
        Chart("difference_distribution", densities[0], {"currency": currency, **interval, **reach[1]}),
    )


def largest_steps(components: Sequence[pd.DataFrame], most: int) -> tuple[str, ...]:
    """Return the `most` components that differ most in any of the frames, in their own order.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"component": list("abcd"), "difference_sek": [1.0, -9.0, 2.0, 5.0]})
    >>> largest_steps([frame], 2), largest_steps([frame, frame.assign(difference_sek=[7.0, 0.0, 0.0, 0.0])], 2)
    (('b', 'd'), ('a', 'b'))
    """
    largest = components[0]["difference_sek"].abs()
    for frame in components[1:]:
        largest = largest.combine(frame["difference_sek"].abs(), max)
    kept = largest.rank(method="first", ascending=False) <= most
    return tuple(components[0].loc[kept, "component"])


def merged_steps(components: pd.DataFrame, named: Sequence[str]) -> pd.DataFrame:
    """Return the named differences in their own order, and the rest together: the steps sum to the same.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"component": list("abcd"), "difference_sek": [1.0, -9.0, 2.0, 5.0]})
    >>> merged_steps(frame, ("b", "d")).to_dict("list")
    {'component': ['b', 'd', 'other'], 'difference_sek': [-9.0, 5.0, 3.0]}
    """
    import pandas as pd

    steps = components[["component", "difference_sek"]]
    kept = steps["component"].isin(named)
    rest = pd.DataFrame({"component": [OTHER], "difference_sek": [steps.loc[~kept, "difference_sek"].sum()]})
    return steps[kept] if kept.all() else pd.concat([steps[kept], rest], ignore_index=True)


def rounded_outward(low: float, high: float) -> tuple[float, float]:
    """Return a range that holds this one and seldom changes while a slider moves.

    Examples
    --------
    >>> rounded_outward(-41.2, 7.9)
    (-45.0, 10.0)
    """
    step = nice_step(0.0, 10.0 * (high - low))
    return math.floor(low / step) * step, math.ceil(high / step) * step


def picture_html(chart: Chart, language: str, alternative: str, size_inches: tuple[float, float]) -> str:
    """Return a figure as an element of the page itself, so that it does not flicker when it is drawn anew."""
    # Figures are loaded first when one is drawn: matplotlib is heavy.
    from partnership_lib.display.figures.drawing import draw_svg

    drawn = draw_svg(chart.code, chart.frame, chart.values, language, size_inches).decode("utf-8")
    named = f'<svg role="img" aria-label="{escape(alternative)}" class="what-if-picture"'
    return drawn[drawn.index("<svg") :].replace("<svg", named, 1)

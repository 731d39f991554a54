"""The specification curve: the same question under every reasonable choice that somebody else could have made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from partnership_lib.analysis.outcome.estimators import EstimatorName, fit
from partnership_lib.analysis.outcome.inference import Tell, estimate
from partnership_lib.analysis.outcome.panel import FEWEST_DONORS, FEWEST_PRE_PERIODS, Panel
from partnership_lib.findings import Finding, Signal

if TYPE_CHECKING:
    import pandas as pd

WHOLE = "all"


@dataclass(frozen=True)
class Choices:
    """What may be chosen; every combination is one specification.

    Attributes
    ----------
    estimators : tuple of str
        Not ``its``: it must not be read alone.
    donor_sets : Mapping
        Name -> donors; ``all`` is always tried.
    pre_periods : tuple of int
        How many periods before the start to keep; all of them are always tried.
    transitions : tuple of int
        How many treated periods to leave out first.
    """

    estimators: tuple[EstimatorName, ...] = ("sdid", "sc", "did")
    donor_sets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pre_periods: tuple[int, ...] = ()
    transitions: tuple[int, ...] = (0, 1, 2)


@dataclass(frozen=True)
class Specification:
    """One combination of choices, and the panel that comes of it."""

    outcome: str
    estimator: EstimatorName
    donors: str
    pre_periods: int
    transition: int
    panel: Panel


def usual_choices(panel: Panel) -> Choices:
    """Return the choices that are reasonable for any panel.

    Notes
    -----
    All donors, or without the one that counts most; all periods before the start, the last two thirds or the last half;
    all treated periods, or without the first one or two.
    """
    before = panel.pre_periods
    heaviest = next(iter(fit(panel, "sdid").donor_weights))
    windows = {round(before * 2 / 3), round(before / 2)} - {before}
    return Choices(
        donor_sets={"without_heaviest": tuple(donor for donor in panel.donors if donor != heaviest)},
        pre_periods=tuple(sorted((count for count in windows if count >= FEWEST_PRE_PERIODS), reverse=True)),
        transitions=tuple(count for count in (0, 1, 2) if count < panel.post_periods),
    )


def specifications(outcomes: Mapping[str, Panel], choices: Choices | None = None) -> Iterator[Specification]:
    """Yield every combination of outcome (index, logarithm or level) and choices that leaves a whole panel."""
    for outcome, panel in outcomes.items():
        chosen = usual_choices(panel) if choices is None else choices
        for name, donors in {WHOLE: panel.donors, **chosen.donor_sets}.items():
            if len(set(donors) & set(panel.donors)) < FEWEST_DONORS:
                continue
            for before in (panel.pre_periods, *chosen.pre_periods):
                for transition in chosen.transitions:
                    if transition >= panel.post_periods:
                        continue
                    cut = panel.with_donors(donors).last_pre_periods(before).without_transition(transition)
                    for estimator in chosen.estimators:
                        yield Specification(outcome, estimator, name, before, transition, cut)


def specification_curve(
    outcomes: Mapping[str, Panel], choices: Choices | None = None, tell: Tell | None = None
) -> pd.DataFrame:
    """Return a row per specification, from the largest saving to the largest increase.

    Parameters
    ----------
    outcomes : Mapping
        Name of a way to measure the outcome -> panel, the main one first; such as another price index, or levels in
        place of logarithms. Effects are compared as shares.
    choices : Choices, optional
        Default: `usual_choices` of every panel.
    tell : callable, optional
        Hears ``(done, of, "")``.

    Returns
    -------
    pandas.DataFrame
        ``outcome``, ``estimator``, ``donors``, ``pre_periods``, ``transition``, ``donor_count``, ``effect_share``,
        ``low_share``, ``high_share``, ``p_placebo``, ``pre_fit_rmse``, ``verdict``, ``main``.
    """
    import pandas as pd

    listed = list(specifications(outcomes, choices))
    rows = []
    for number, each in enumerate(listed):
        if tell is not None:
            tell(number, len(listed), "")
        found = estimate(each.panel, each.estimator)
        low, high = found.interval_share
        rows.append(
            {
                "outcome": each.outcome,
                "estimator": each.estimator,
                "donors": each.donors,
                "pre_periods": each.pre_periods,
                "transition": each.transition,
                "donor_count": len(each.panel.donors),
                "effect_share": found.fit.effect_share,
                "low_share": low,
                "high_share": high,
                "p_placebo": found.p_placebo,
                "pre_fit_rmse": found.fit.pre_fit_rmse,
                "verdict": found.verdict,
                "main": number == 0,
            }
        )
    if tell is not None:
        tell(len(listed), len(listed), "")
    return pd.DataFrame(rows).sort_values("effect_share", kind="stable", ignore_index=True)


def curve_finding(curve: pd.DataFrame) -> Finding:
    """Return the sentence on a specification curve: how many ways point which way, and the middle of them."""
    lower = int((curve["effect_share"] < 0.0).sum())
    counts = {verdict: int((curve["verdict"] == verdict).sum()) for verdict in ("better", "worse", "indistinguishable")}
    median = float(curve["effect_share"].median())
    values = {
        "count": len(curve),
        "lower": lower,
        "median": median,
        "low": float(curve["effect_share"].min()),
        "high": float(curve["effect_share"].max()),
        **counts,
    }
    agree = max(counts.values()) == len(curve)
    code = "outcome_curve.agree" if agree else "outcome_curve.differ"
    return Finding(code, median, "share", values, curve, Signal.NONE if agree else Signal.ATTENTION)

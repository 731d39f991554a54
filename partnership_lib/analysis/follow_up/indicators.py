"""Indicators judged against their threshold and against their own normal variation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from partnership_lib.analysis.control_limits import MINIMUM_OBSERVATIONS, ControlLimits, control_limits
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Direction, Indicator, IndicatorObservation
from partnership_lib.findings import Finding, Section, Signal
from partnership_lib.units.period import Period


class IndicatorState(StrEnum):
    """What can be said about an indicator in a period."""

    WORSE = "worse"
    LASTING = "lasting"
    BETTER = "better"
    WITHIN_NOISE = "within_noise"
    ACCEPTABLE = "acceptable"
    CANNOT_TELL = "cannot_tell"
    NO_ACTIVITY = "no_activity"


_SIGNALS = {
    IndicatorState.WORSE: Signal.BAD,
    IndicatorState.LASTING: Signal.ATTENTION,
    IndicatorState.BETTER: Signal.GOOD,
}

_COLUMNS = ("name", "unit", "period", "value", "base_count", "target", "threshold", "low", "high", "indicator_state")


@dataclass(frozen=True)
class IndicatorResult:
    """The latest result of an indicator in the period, its normal range from the time before, and the judgement."""

    indicator: Indicator
    latest: IndicatorObservation | None
    limits: ControlLimits | None
    history: int
    state: IndicatorState

    @property
    def signal(self) -> Signal:
        """Return the signal of the state; most states have none."""
        return _SIGNALS.get(self.state, Signal.NONE)


def indicators_section(context: FollowUpContext) -> Section:
    """Return what each indicator says, with a signal only where there is something to say.

    Notes
    -----
    Normal variation is computed (`control_limits`) from the observations before the period, at least six. An
    indicator is *worse* (bad) when the latest result is beyond the threshold and outside normal variation, *lasting*
    (attention) when it is beyond the threshold and so was the mean before: nothing has changed, but it is not
    acceptable. Beyond the threshold but inside the variation is no signal. It is *better* (good) when the target is
    met and the result is better than normal variation. A result measured on nothing (``base_count`` 0), and a period
    without results, give no judgement.
    """
    results = indicator_results(context)
    if not results:
        return Section("indicators", (context.finding("indicators_none", 0, "count"),))
    return Section("indicators", (_overview(context, results), *_groups(context, results)))


def indicator_results(context: FollowUpContext) -> list[IndicatorResult]:
    """Return the judgement of every indicator."""
    observations = defaultdict(list)
    for observation in context.content.indicator_observations:
        if Period.parse(observation.period).end - timedelta(days=1) <= context.report_date:
            observations[observation.indicator_id].append(observation)
    return [_result(context, i, observations[i.id]) for i in context.content.indicators]


def _result(
    context: FollowUpContext, indicator: Indicator, observations: Sequence[IndicatorObservation]
) -> IndicatorResult:
    active = sorted((o for o in observations if o.base_count != 0), key=lambda o: Period.parse(o.period).start)
    in_period = [o for o in active if context.in_period(Period.parse(o.period).end - timedelta(days=1))]
    before = [o.value for o in active if Period.parse(o.period).end <= context.period.start]
    limits = control_limits(before)
    latest = in_period[-1] if in_period else None
    state = IndicatorState.NO_ACTIVITY if latest is None else judge(indicator, latest.value, limits)
    return IndicatorResult(indicator, latest, limits, len(before), state)


def judge(indicator: Indicator, value: float, limits: ControlLimits | None) -> IndicatorState:
    """Return what a value says about an indicator, given its normal variation (None when not known)."""
    beyond = _is_worse(indicator, value, indicator.threshold)
    if limits is None:
        return IndicatorState.CANNOT_TELL if beyond else IndicatorState.ACCEPTABLE
    outside = value not in limits
    if beyond and outside and _is_worse(indicator, value, limits.mean):
        return IndicatorState.WORSE
    if beyond:
        lasting = _is_worse(indicator, limits.mean, indicator.threshold)
        return IndicatorState.LASTING if lasting else IndicatorState.WITHIN_NOISE
    met = not _is_worse(indicator, value, indicator.target)
    if met and outside and _is_worse(indicator, limits.mean, value):
        return IndicatorState.BETTER
    return IndicatorState.ACCEPTABLE


def _is_worse(indicator: Indicator, value: float, than: float) -> bool:
    return value < than if indicator.direction is Direction.HIGHER else value > than


def _overview(context: FollowUpContext, results: Sequence[IndicatorResult]) -> Finding:
    rows = table((_row(result) for result in results), _COLUMNS)
    judged = sum(result.latest is not None for result in results)
    signalled = sum(result.signal in (Signal.BAD, Signal.ATTENTION) for result in results)
    code = "indicators" if signalled else "indicators_quiet"
    return context.finding(code, signalled, "count", table=rows, judged=judged, indicators=len(results))


def _row(result: IndicatorResult) -> dict[str, object]:
    return {
        "name": result.indicator.name,
        "unit": result.indicator.unit,
        "period": result.latest.period if result.latest else None,
        "value": result.latest.value if result.latest else None,
        "base_count": result.latest.base_count if result.latest else None,
        "target": result.indicator.target,
        "threshold": result.indicator.threshold,
        "low": round(result.limits.low, 6) if result.limits else None,
        "high": round(result.limits.high, 6) if result.limits else None,
        "indicator_state": result.state.value,
    }


def _groups(context: FollowUpContext, results: Sequence[IndicatorResult]) -> list[Finding]:
    """Return one finding for each state that asks for words, naming its indicators."""
    told = [state for state in IndicatorState if state is not IndicatorState.ACCEPTABLE]
    groups = [(state, [result for result in results if result.state is state]) for state in told]
    return [_group(context, state, group) for state, group in groups if group]


def _group(context: FollowUpContext, state: IndicatorState, group: Sequence[IndicatorResult]) -> Finding:
    one = group[0]
    values: dict[str, object] = {"names": [result.indicator.name for result in group], "needed": MINIMUM_OBSERVATIONS}
    code = f"indicators_{state.value}"
    if len(group) == 1 and state is IndicatorState.WORSE and one.latest and one.limits:
        code += "_one"
        values |= {"value": one.latest.value, "threshold": one.indicator.threshold, "unit_name": one.indicator.unit}
        values |= {"name": one.indicator.name, "low": one.limits.low, "high": one.limits.high}
    return context.finding(code, len(group), "count", signal=one.signal, **values)  # type: ignore[arg-type]

"""The rule that guards the door: below this much data there is no estimate, but a date.

Source: decision model, 5.2: simulated power and false alarms with monthly noise of 8 per cent. Judgement, not statute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from partnership_lib.analysis.outcome.inference import FEWEST_DONORS_FOR_FIVE_PER_CENT
from partnership_lib.analysis.outcome.panel import Panel
from partnership_lib.analysis.outcome.period_labels import period_start
from partnership_lib.findings import Finding, Signal
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd

LEAST_PRE_MONTHS = 24
LEAST_POST_MONTHS = 24
LEAST_DONORS = FEWEST_DONORS_FOR_FIVE_PER_CENT


@dataclass(frozen=True)
class Requirement:
    """One thing that an estimate needs.

    Attributes
    ----------
    code : str
        ``pre_months``, ``post_months``, ``donors``, ``volume_driver`` or ``category_index``.
    found : int or None
        How much there is; None where it cannot be told. 1 or 0 for what is there or not.
    """

    code: str
    needed: int
    found: int | None

    @property
    def met(self) -> bool:
        """Return whether there is enough."""
        return self.found is not None and self.found >= self.needed


@dataclass(frozen=True)
class MinimumData:
    """Whether there is enough for an estimate, what is lacking, and from when there can be enough.

    Attributes
    ----------
    earliest : date or None
        First day on which the treatment has lasted long enough; None where that is not what is lacking, or unknown.
    """

    requirements: tuple[Requirement, ...]
    earliest: date | None

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return the codes of what is not enough."""
        return tuple(each.code for each in self.requirements if not each.met)

    @property
    def enough(self) -> bool:
        """Return whether an estimate may be shown."""
        return not self.lacking

    def finding(self) -> Finding:
        """Return the sentence: enough; cannot tell yet, earliest in ...; or that waiting alone does not help."""
        others = [code for code in self.lacking if code != "post_months"]
        values = {"earliest": self.earliest, "lacking": list(self.lacking), "others": others}
        if self.enough:
            return Finding("outcome_minimum.enough", None, "", values, self.table(), Signal.NONE)
        if self.earliest is None:
            code = "outcome_minimum.lacking"
        else:
            code = "outcome_minimum.not_yet_lacking" if others else "outcome_minimum.not_yet"
        return Finding(code, None, "", values, self.table(), Signal.ATTENTION)

    def table(self) -> pd.DataFrame:
        """Return a row per requirement: ``requirement``, ``needed``, ``found``, ``met``."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"requirement": each.code, "needed": each.needed, "found": each.found, "met": each.met}
                for each in self.requirements
            ]
        )


def minimum_data(
    *,
    pre_months: int | None,
    post_months: int | None,
    donors: int,
    has_volume_driver: bool,
    has_category_index: bool,
    start: date | None,
) -> MinimumData:
    """Return whether the data reach the working rule: 24 months before, 24 after, 19 donors, a driver and an index.

    Parameters
    ----------
    pre_months, post_months : int or None
        Whole months with data before and from the start; None: unknown, which is not enough.
    start : date or None
        First day of the treatment.

    Examples
    --------
    >>> found = minimum_data(
    ...     pre_months=36, post_months=9, donors=22, has_volume_driver=True, has_category_index=True,
    ...     start=date(2025, 1, 1),
    ... )
    >>> found.enough, found.lacking, found.earliest
    (False, ('post_months',), datetime.date(2027, 1, 1))
    """
    requirements = (
        Requirement("pre_months", LEAST_PRE_MONTHS, pre_months),
        Requirement("post_months", LEAST_POST_MONTHS, post_months),
        Requirement("donors", LEAST_DONORS, donors),
        Requirement("volume_driver", 1, int(has_volume_driver)),
        Requirement("category_index", 1, int(has_category_index)),
    )
    waits = start is not None and not requirements[1].met
    return MinimumData(requirements, add_months(start, LEAST_POST_MONTHS) if waits and start is not None else None)


def minimum_data_of(panel: Panel, *, has_volume_driver: bool, has_category_index: bool) -> MinimumData:
    """Return whether a panel reaches the working rule."""
    step = panel.months_per_period
    return minimum_data(
        pre_months=None if step is None else panel.pre_periods * step,
        post_months=None if step is None else panel.post_periods * step,
        donors=len(panel.donors),
        has_volume_driver=has_volume_driver,
        has_category_index=has_category_index,
        start=period_start(panel.start),
    )

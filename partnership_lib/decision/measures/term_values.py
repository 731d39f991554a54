"""What the length of the proposed agreements is worth: the difference for terms of 4, 6, 8, 10 and 12 years."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.measures.estimates import mean_and_error, sobol_values
from partnership_lib.decision.measures.expected import ExpectedCosts

if TYPE_CHECKING:
    import pandas as pd

TERM_YEARS = (4, 6, 8, 10, 12)
RANDOMISATIONS, POINTS = 8, 2**7


def with_term(case: Case, years: int) -> Case:
    """Return the case with every proposed agreement running so many years, without options."""
    proposed = tuple(
        replace(each, terms=replace(each.terms, term_months=12 * years, option_months=())) for each in case.proposed
    )
    return replace(case, proposed=proposed)


def term_values(expected: ExpectedCosts, legal_sek: float) -> pd.DataFrame:
    """Return the mean difference and its standard error for every length of term (`Comparison.term_values`).

    Parameters
    ----------
    legal_sek : float
        Mean difference of `legal` with the term of the case.
    """
    import pandas as pd

    effort = replace(expected.case.effort, randomisations=RANDOMISATIONS, points=POINTS)
    values = sobol_values(expected.sampler, effort)
    rows = []
    for years in TERM_YEARS:
        differences = ExpectedCosts(with_term(expected.case, years), expected.sampler).differences_sek(values)
        mean, error = mean_and_error(differences, RANDOMISATIONS)
        rows.append((years, mean + legal_sek, error))
    return pd.DataFrame(rows, columns=["term_years", "difference_sek", "standard_error_sek"])

"""Cases for the engine: needs in several categories and domains, with everything that a term can meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from partnership_lib.decision.cases.assumptions import Assumption, Distribution, Shape
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    Governance,
    Interface,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.plans.arrays import CompiledCase, Floats
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.uncertainty.bidders import fallback_weights
from partnership_lib.decision.uncertainty.sampling import Sampler

BASE_MONTH = date(2026, 12, 1)
TODAY = Terms(term_months=36, option_months=(12,))
TOGETHER = Terms(
    term_months=96,
    option_months=(24, 12),
    requirements=Requirements.FUNCTIONAL,
    governance=Governance.PARTNERSHIP,
    changes_described=True,
    indicators_verifiable=False,
    exit_plan_sek=50_000.0,
)


@pytest.fixture(scope="session")
def default_assumptions(repository: Path) -> tuple[Assumption, ...]:
    files = sorted((repository / "data" / "assumptions").glob("*.yaml"))
    return read_assumptions({file.name: file.read_text(encoding="utf-8") for file in files}).assumptions


@pytest.fixture(scope="session")
def engine_case(default_assumptions: tuple[Assumption, ...]) -> Callable[..., Case]:
    """A function that makes a case of so many needs; assumptions that are named are fixed at the value given."""

    def make(count: int = 6, *, terms: Terms = TOGETHER, bundled: int = 4, **fixed: float) -> Case:
        needs = tuple(_need(number) for number in range(count))
        proposed = ProposedAgreement(
            id="P-1", name="Together", need_ids=tuple(need.id for need in needs[:bundled]), start=date(2028, 4, 1),
            terms=terms,
        )  # fmt: skip
        return Case(
            id="case",
            name="Case",
            settings=Settings(base_month=BASE_MONTH, horizon_months=131),
            needs=needs,
            present=tuple(_present(number) for number in range(count)),
            proposed=(proposed,) if bundled else (),
            assumptions=tuple(_fixed(each, fixed) for each in default_assumptions),
            bidder_counts={"": fallback_weights(), "72": (0.25, 0.25, 0.5)},
            interfaces=tuple(Interface(needs=(f"N-{n:02d}", f"N-{n + 1:02d}")) for n in range(count - 1)),
        )

    return make


def _need(number: int) -> CaseNeed:
    return CaseNeed(
        id=f"N-{number:02d}",
        name=f"Need {number}",
        category="72" if number % 3 else "80",
        domain=("school", "care", "")[number % 3],
        annual_value_sek=500_000.0 + 310_000.0 * (number % 5),
        users=40 * number,
        benefit_sek_per_month=1_500.0 * (number % 2),
    )


def _present(number: int) -> PresentAgreement:
    return PresentAgreement(
        id=f"A-{number:02d}",
        name=f"Agreement {number}",
        need_ids=(f"N-{number:02d}",),
        supplier=f"S-{number % 3}",
        start=date(2024, 3, 1),
        expiry=date(2027 + number % 3, 1 + number % 12, 1),
        remaining_option_months=(12,) * (number % 2),
        terms=TODAY,
    )


def _fixed(assumption: Assumption, values: dict[str, float]) -> Assumption:
    if assumption.name not in values:
        return assumption
    return replace(assumption, distribution=Distribution(Shape.FIXED, (values[assumption.name],)), correlates_with=())


@pytest.fixture(scope="session")
def drawn() -> Callable[[Case, int], tuple[CompiledCase, Floats]]:
    """A function that compiles a case and draws so many assumption vectors."""

    def draw(case: Case, log2_paths: int) -> tuple[CompiledCase, Floats]:
        sampler = Sampler(case)
        return compile_case(case), sampler.at(sampler.sobol(log2_paths, seed=1, randomisation=0))

    return draw

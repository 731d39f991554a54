"""A case with eight needs in two domains and two categories, and a small one, on the default assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    Effort,
    Governance,
    Interface,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.uncertainty.bidders import fallback_weights

BASE_MONTH = date(2026, 9, 1)
VALUES = (2_400_000.0, 1_900_000.0, 1_600_000.0, 1_400_000.0, 1_200_000.0, 1_000_000.0, 800_000.0, 600_000.0)
TODAY = Terms(term_months=24, option_months=(12, 12))
TOGETHER = Terms(
    term_months=120,
    option_months=(24,),
    requirements=Requirements.FUNCTIONAL,
    governance=Governance.PARTNERSHIP,
    changes_described=True,
)


@pytest.fixture(scope="session")
def default_assumptions(repository: Path) -> tuple[Assumption, ...]:
    files = sorted((repository / "data" / "assumptions").glob("*.yaml"))
    return read_assumptions({file.name: file.read_text(encoding="utf-8") for file in files}).assumptions


@pytest.fixture(scope="session")
def make_case(default_assumptions: tuple[Assumption, ...]) -> Callable[..., Case]:
    """Return a function that makes a case of so many needs, the first `bundled` of them in the proposed agreement."""

    def make(needs: int = 8, bundled: int = 8, *, effort: Effort | None = None, terms: Terms = TOGETHER) -> Case:
        held = tuple(
            CaseNeed(
                id=f"N-{number:02d}",
                name=f"Need {number}",
                category="72" if number % 3 else "48",
                domain="school" if number < 5 else "data protection",
                annual_value_sek=VALUES[number - 1],
                users=200,
                benefit_sek_per_month=2_000.0,
            )
            for number in range(1, needs + 1)
        )
        present = tuple(
            PresentAgreement(
                id=f"A-{number:02d}",
                name=f"Agreement {number}",
                need_ids=(need.id,),
                supplier=f"S-{number % 5}",
                start=date(2024, 1 + number, 1),
                expiry=date(2027 + number % 2, 1 + number, 1),
                terms=TODAY,
            )
            for number, need in enumerate(held, start=1)
        )
        proposed = ProposedAgreement(
            id="P-1",
            name="Together",
            need_ids=tuple(need.id for need in held[:bundled]),
            start=date(2028, 3, 1),
            terms=terms,
        )
        return Case(
            id="eight-needs",
            name="Eight needs",
            settings=Settings(base_month=BASE_MONTH),
            needs=held,
            present=present,
            proposed=(proposed,),
            assumptions=default_assumptions,
            bidder_counts={"": fallback_weights()},
            interfaces=tuple(Interface(needs=(held[i].id, held[i + 1].id)) for i in range(needs - 1)),
            effort=effort or Effort(),
        )

    return make


@pytest.fixture(scope="session")
def eight_needs(make_case: Callable[..., Case]) -> Case:
    return make_case()


@pytest.fixture(scope="session")
def small_case(make_case: Callable[..., Case]) -> Case:
    """Three needs, two of them bundled, for four years, with few points and paths."""
    case = make_case(3, 2, effort=Effort(paths=2**10, randomisations=4, points=2**8, seed=3))
    return replace(case, id="small", settings=replace(case.settings, horizon_months=48))

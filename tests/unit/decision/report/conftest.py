"""A comparison made by hand: eight needs, a coin toss, numbers like those of the method note."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from partnership_lib import text
from partnership_lib.decision.cases.assumptions import Assumption, Basis, Distribution, Shape
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import (
    Case,
    CaseFlag,
    CaseNeed,
    Governance,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.components import COMPONENTS, PLANS
from partnership_lib.decision.measures.comparison import Choice, Comparison, Spread
from partnership_lib.decision.measures.honesty import RULES
from partnership_lib.decision.measures.reference_checks import LIMITS

MILLION = 1e6
REPOSITORY = Path(__file__).resolve().parents[4]
NAMES = ("Betyg", "Schema", "Skolval", "Frånvaro", "Skolskjuts", "Elevregister", "Lärplattform", "Modersmål")
TODAY = {"price": 99.0, "changes": 12.0, "interfaces": 9.0, "procurement": 3.4, "management": 2.6, "switching": 3.1}
CANARY = "KANARIEFÅGEL-INTERN"


@cache
def defaults() -> tuple[Assumption, ...]:
    """The default assumptions of the repository."""
    files = sorted((REPOSITORY / "data" / "assumptions").glob("*.yaml"))
    return tuple(read_assumptions({file.name: file.read_text(encoding="utf-8") for file in files}))


def made_case(**changes: Any) -> Case:
    """Eight needs that eight agreements cover; one functional partnership of ten years is proposed."""
    needs = tuple(
        CaseNeed(
            id=f"N-{number}",
            name=name,
            category="72" if number % 2 else "48",
            domain="skola",
            annual_value_sek=900_000.0 + 130_000.0 * number,
            users=200 * number,
            benefit_sek_per_month=2_000.0,
        )
        for number, name in enumerate(NAMES, start=1)
    )
    present = tuple(
        PresentAgreement(
            id=f"A-{number}",
            name=f"{name}avtalet",
            need_ids=(f"N-{number}",),
            supplier=f"S-{number}",
            start=date(2023, number, 1),
            expiry=date(2027, number, 1),
            terms=Terms(term_months=48),
        )
        for number, name in enumerate(NAMES, start=1)
    )
    proposed = ProposedAgreement(
        id="P-1",
        name="Skolpartnerskapet",
        need_ids=tuple(need.id for need in needs),
        start=date(2027, 9, 1),
        terms=Terms(
            term_months=120,
            option_months=(24,),
            requirements=Requirements.FUNCTIONAL,
            governance=Governance.PARTNERSHIP,
        ),
    )
    own = Assumption(
        name="scope_saving_share",
        scope="agreement:P-1",
        distribution=Distribution(Shape.PERT, (-0.02, 0.05, 0.12)),
        unit="share",
        basis=Basis.ASSUMED,
        source=f"market dialogue {CANARY}",
        date=date(2026, 6, 1),
        confirmed_by=f"Anna {CANARY}",
    )
    case = Case(
        id="skola",
        name="Skoladministration",
        settings=Settings(base_month=date(2026, 9, 1)),
        needs=needs,
        present=present,
        proposed=(proposed,),
        assumptions=(*defaults(), own),
        changed=(own.key,),
        fallbacks=("no_interfaces", "no_capability"),
        flags=(CaseFlag("changes_not_described", "proposed_agreements[P-1].terms.changes_described", "", ""),),
        text={"question": f"Ska åtta avtal bli ett? {CANARY}", "background": "Åtta avtal löper ut 2027."},
    )
    return replace(case, **changes)


def spread(mean: float, sd: float) -> Spread:
    """A normal distribution in short, given in millions."""
    points = {"p2_5": -1.96, "p10": -1.2816, "p50": 0.0, "p90": 1.2816, "p97_5": 1.96}
    ends = {name: (mean + z * sd) * MILLION for name, z in points.items()}
    return Spread(mean=mean * MILLION, standard_error=5_000.0, sd=sd * MILLION, **ends)


def made_comparison(mean: float = -0.1, sd: float = 14.7, *, case: Case | None = None, **changes: Any) -> Comparison:
    """A comparison with this difference [MSEK]."""
    case = case or made_case()
    p = 0.5 * (1 + math.erf(-mean / sd / math.sqrt(2))) if sd else 0.5
    tenth = 0.5 * (1 + math.erf((-13.0 - mean) / sd / math.sqrt(2))) if sd else 0.0
    comparison = Comparison(
        case=case,
        difference=spread(mean, sd),
        difference_without_benefits=spread(mean + 0.8, sd),
        choices=(
            Choice("fragmented", spread(130.0, 10.9), 152.6e6, 5.8e6, 27.9e6),
            Choice("consolidated", spread(130.0 + mean, 13.5), 158.1e6, 5.9e6, 28.4e6),
        ),
        p_consolidated_cheaper=p,
        p_standard_error=0.002,
        p_saving_over_tenth=tenth,
        coin_toss=1 / 3 < p < 2 / 3,
        saving_share=-mean / 130.0,
        components=components(mean),
        density=density(mean, sd),
        information=information(),
        evpi_sek=2.5e6,
        unconfirmed_share=0.82,
        tornado=tornado(mean),
        break_evens=break_evens(),
        budget=budget(),
        term_values=pd.DataFrame(
            {
                "term_years": [4, 6, 8, 10, 12],
                "difference_sek": [2.4e6, 1.1e6, 0.4e6, mean * MILLION, 0.9e6],
                "standard_error_sek": [6e3, 6e3, 5e3, 5e3, 7e3],
            }
        ),
        stress=pd.DataFrame({"scenario": ["worst", "base", "best"], "difference_sek": [61e6, 0.4e6, -48e6]}),
        legal=legal(),
        legal_months=pd.DataFrame(
            {"agreement": "P-1", "year": range(2027, 2039), "p_hit_by": np.linspace(0.02, 0.61, 12)}
        ),
        reference_checks=reference_checks(),
        honesty=pd.DataFrame([(rule, True, detail(rule)) for rule in RULES], columns=["rule", "kept", "detail"]),
        unmeasured_quality_sek=(1.0e6, 0.3e6, 1.9e6),
        paths=65_536,
        evaluations=32_768,
        hashes=123_456_789,
    )
    return replace(comparison, **changes)


def components(mean: float) -> pd.DataFrame:
    """Components whose differences sum to `mean` [MSEK]."""
    differences = dict.fromkeys(COMPONENTS, 0.0) | {
        "price": 8.1, "premium": 5.2, "changes": -8.9, "interfaces": -2.6, "procurement": -2.5, "switching": -0.6,
        "default": -0.1, "management": -3.2, "governance": 4.4, "benefit": -0.8, "legal": 0.02, "exit": 0.4,
    }  # fmt: skip
    differences["price"] += mean - sum(differences.values())
    rows = []
    for name in COMPONENTS:
        today, staff = TODAY.get(name, 0.0) * MILLION, 0.0 if name in ("price", "premium") else 0.3
        rows.append(
            {
                "component": name,
                "fragmented_sek": today,
                "consolidated_sek": today + differences[name] * MILLION,
                "difference_sek": differences[name] * MILLION,
                "standard_error_sek": 1_000.0,
                "cashable": name not in ("management", "governance", "benefit", "quality_shading"),
                "fragmented_staff_sek": staff * today,
                "consolidated_staff_sek": staff * (today + differences[name] * MILLION),
            }
        )
    return pd.DataFrame(rows)


def density(mean: float, sd: float) -> pd.DataFrame:
    """A histogram of a normal distribution."""
    edges = np.linspace(mean - 4 * sd, mean + 4 * sd, 61) * MILLION
    z = (edges / MILLION - mean) / (sd or 1.0)
    below = np.array([0.5 * (1 + math.erf(value / math.sqrt(2))) for value in z])
    return pd.DataFrame({"difference_sek": edges[:-1], "share": np.diff(below)})


def information() -> pd.DataFrame:
    """The ranking of all uncertain assumptions; the first ones as in the method note."""
    worth = {
        "scope_saving_share@agreement:P-1": (1.5e6, 0.33, 0.37),
        "market_trend_share_per_year": (1.0e6, 0.16, 0.18),
        "bundle_breadth_penalty": (0.88e6, 0.12, 0.16),
        "bidders_factor": (0.66e6, 0.07, 0.10),
        "contract_drift_share_per_year": (0.6e6, 0.06, 0.09),
        "partnership_owner_fte": (0.51e6, 0.04, 0.07),
        "bidder_price_elasticity": (0.2e6, 0.02, 0.06),
    }
    keys = [*worth, *(a.key for a in defaults() if a.varies and a.key not in worth and a.name != "scope_saving_share")]
    rows = []
    for key in keys:
        name, _, scope = key.partition("@")
        evppi, first, total = worth.get(key, (0.0, 0.001, 0.002))
        rows.append(
            {
                "assumption": key, "name": name, "scope": scope, "evppi_sek": evppi, "evppi_error_sek": 1e4,
                "first_order_share": first, "total_order_share": total, "confirmed": bool(scope),
                "p10": 0.01, "p90": 0.09,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def tornado(mean: float) -> pd.DataFrame:
    """Bars of falling length around the difference."""
    rows = information().head(20)
    lengths = np.linspace(11.0, 0.2, len(rows)) * np.where(np.arange(len(rows)) % 2, 1.0, -1.0) * MILLION
    centre = mean * MILLION + 0.5e6
    return pd.DataFrame(
        {
            "assumption": rows["assumption"],
            "p10": rows["p10"],
            "p90": rows["p90"],
            "difference_at_p10_sek": centre - 0.6 * lengths,
            "difference_at_p90_sek": centre + 0.4 * lengths,
            "mean_at_p10_sek": centre - 0.55 * lengths,
            "mean_at_p90_sek": centre + 0.38 * lengths,
        }
    )


def break_evens() -> pd.DataFrame:
    """One of each kind: above, below, in the whole range, nowhere."""
    none = math.nan
    rows = [
        ("horizon_years", "year", 12.0, 4.0, 20.0, 11.2, True),
        ("discount_rate_share", "share", 0.035, 0.0, 0.06, 0.041, False),
        ("changes_per_year", "1/year", 12.9, 0.0, 60.0, 12.4, True),
        ("bundle_bidders", "count", 2.9, 1.0, 8.0, 2.8, True),
        ("scope_saving_share", "share", 0.041, -0.05, 0.3, 0.04, True),
        ("governance_hours_per_year", "h/year", 646.0, 0.0, 4_000.0, none, False),
    ]
    columns = ["quantity", "unit", "today", "low", "high", "break_even", "cheaper_above"]
    return pd.DataFrame(rows, columns=columns)


def budget() -> pd.DataFrame:
    """Totals per year: the partnership has its transition in 2027."""
    rows = []
    for plan in PLANS:
        for prices in ("real", "nominal"):
            for number, year in enumerate(range(2026, 2039)):
                level = 13.0 * (1.02**number if prices == "nominal" else 1.0)
                level *= 1 / 3 if year == 2026 else 2 / 3 if year == 2038 else 1.0
                level += 3.1 if plan == "consolidated" and year == 2027 else -0.2 * (plan == "consolidated")
                rows.append(
                    {
                        "plan": plan, "year": year, "prices": prices, "account": "total", "mean_sek": level * MILLION,
                        "p10_sek": level * (0.95 - 0.01 * number) * MILLION, "p50_sek": level * 0.99 * MILLION,
                        "p90_sek": level * (1.06 + 0.012 * number) * MILLION,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def legal() -> pd.DataFrame:
    """The agreements of both plans and how often their room is used up."""
    rows: list[tuple[str, str, float, float]] = [
        ("fragmented", f"A-{number}", 0.05 * number, 30.0 + number) for number in range(1, 9)
    ]
    rows += [("consolidated", "P-1", 0.61, 71.0)]
    return pd.DataFrame(rows, columns=["plan", "agreement", "p_hit", "median_month"])


def reference_checks() -> pd.DataFrame:
    """One value outside its limits."""
    values = {"procurement_share": 0.03, "management_share": 0.05}
    rows = [
        {
            "check": check, "plan": "fragmented" if check.endswith("_share") else "", "value": values.get(check, 0.11),
            "low": low, "high": high, "unit": "share", "ok": check != "procurement_share",
            "leans": "consolidated" if check == "procurement_share" else "",
            "source": text.word("check_source", check, "en"),
        }
        for check, (low, high) in LIMITS.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def detail(rule: str) -> float | tuple[str, ...]:
    """What shows that a rule is kept."""
    details: dict[str, float | tuple[str, ...]] = {
        "losses_shown": ("price", "premium"),
        "benefits_apart": -0.8e6,
        "staff_time_counted": 9.1e6,
        "optimism_bias_applied": 0.02,
    }
    return details.get(rule, () if rule in ("same_needs", "same_horizon", "premium_priced") else 0.0)


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Case]:
    """Makes the case, with changes."""
    return made_case


@pytest.fixture(scope="session")
def make_comparison() -> Callable[..., Comparison]:
    """Makes a comparison with a mean and a standard deviation [MSEK], and changes."""
    return made_comparison


@pytest.fixture(scope="session")
def canary() -> str:
    """A word that only stands in what is internal."""
    return CANARY

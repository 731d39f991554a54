"""A small case for the tests: agreements of two categories, and suppliers who are able to deliver several of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import Case, CaseNeed, PresentAgreement, Settings, Terms
from partnership_lib.decision.uncertainty.bidders import fallback_weights
from partnership_lib.units.dates import add_months

_ASSUMPTIONS = Path(__file__).resolve().parents[3] / "data" / "assumptions"
BASE = date(2026, 10, 1)


def make_case(count: int = 8, seed: int = 1, known: bool = True, **changes: Any) -> Case:
    """A case of `count` agreements; every third has two needs, the suppliers able to deliver overlap."""
    random = np.random.default_rng(seed)
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(_ASSUMPTIONS.glob("*.yaml"))}
    terms = Terms(term_months=36, option_months=(12,))
    needs: list[CaseNeed] = []
    present: list[PresentAgreement] = []
    for number in range(count):
        own = [f"N-{number}{letter}" for letter in ("ab" if number % 3 == 0 else "a")]
        able = tuple(f"S-{each}" for each in sorted(random.choice(14, size=10, replace=False)))
        for name in own:
            needs.append(
                CaseNeed(
                    id=name,
                    name=name,
                    category="48" if number % 2 else "72",
                    domain="school" if number % 4 < 2 else "care",
                    annual_value_sek=float(random.integers(300, 3_000) * 1_000),
                    users=int(random.integers(0, 200)),
                    benefit_sek_per_month=1_000.0,
                    capable_suppliers=able if known else None,
                )
            )
        present.append(
            PresentAgreement(
                id=f"A-{number}",
                name=f"Agreement {number}",
                need_ids=tuple(own),
                supplier=f"S-{number % 5}",
                start=date(2023, 1, 1),
                expiry=add_months(BASE, 6 + 5 * number) if number != 4 else None,
                remaining_option_months=(12,) if number % 2 else (),
                terms=terms,
            )
        )
    parts: dict[str, Any] = {
        "id": "small",
        "name": "Small",
        "settings": Settings(base_month=BASE),
        "needs": tuple(needs),
        "present": tuple(present),
        "proposed": (),
        "assumptions": tuple(sorted(read_assumptions(texts).assumptions, key=lambda each: each.key)),
        "bidder_counts": {"": fallback_weights()},
    }
    return Case(**{**parts, **changes})

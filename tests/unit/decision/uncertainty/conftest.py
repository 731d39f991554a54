"""A case of nothing but assumptions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from partnership_lib.decision.cases.assumptions import Assumption, Basis, Distribution, Shape
from partnership_lib.decision.cases.records import Case, Settings


@pytest.fixture
def assume() -> Callable[..., Assumption]:
    def make(
        name: str,
        *values: float,
        shape: Shape = Shape.PERT,
        scope: str = "",
        correlates_with: tuple[tuple[str, float], ...] = (),
    ) -> Assumption:
        return Assumption(
            name=name,
            scope=scope,
            distribution=Distribution(Shape.FIXED if len(values) == 1 else shape, values),
            unit="-",
            basis=Basis.ASSUMED,
            source="made for a test",
            date=date(2026, 11, 24),
            correlates_with=correlates_with,
        )

    return make


@pytest.fixture
def case_of() -> Callable[..., Case]:
    def make(*assumptions: Assumption) -> Case:
        return Case(
            id="test",
            name="test",
            settings=Settings(base_month=date(2026, 9, 1)),
            needs=(),
            present=(),
            proposed=(),
            assumptions=assumptions,
        )

    return make

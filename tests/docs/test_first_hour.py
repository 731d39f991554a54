"""The times on the pages of the first hour are measured: a row for each step, and a new run takes about as long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import first_hour_times
import pytest
from first_hour_times import PAGES, Step

MOST_TIMES_AS_LONG, SPARE_SECONDS = 3.0, 5.0
"""Another machine, and one that is busy, may take so much longer before the page counts as wrong."""


def longer_than_told(measured: Sequence[Step], told: Sequence[Step]) -> list[int]:
    """The numbers of the steps whose processor time is far beyond what the page says."""
    return [
        found.number
        for found, said in zip(measured, told, strict=True)
        if found.processor_seconds > MOST_TIMES_AS_LONG * said.processor_seconds + SPARE_SECONDS
    ]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_step_of_the_first_hour_has_its_measured_time(page: Path) -> None:
    told = first_hour_times.told(page)
    assert [step.number for step in told] == list(range(1, len(first_hour_times.titles(page)) + 1))
    assert {number for number, _ in first_hour_times.commands(page)} == {step.number for step in told}


def test_both_pages_say_the_same_times() -> None:
    assert first_hour_times.told(PAGES["sv"]) == first_hour_times.told(PAGES["en"])


@pytest.mark.parametrize("language", PAGES)
def test_new_times_take_the_place_of_the_old_ones(language: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGES[language].read_text(encoding="utf-8"), encoding="utf-8")
    steps = [Step(number, number * 2.0, float(number)) for number, _ in enumerate(first_hour_times.titles(page), 1)]
    for _ in range(2):  # writing again adds nothing
        first_hour_times.write(page, language, steps)
        assert first_hour_times.told(page) == steps
    assert page.read_text(encoding="utf-8").count("| 1. ") == 1


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_new_run_takes_about_as_long_as_the_page_says(tmp_path: Path) -> None:
    page = PAGES["sv"]
    assert longer_than_told(first_hour_times.measure(page, tmp_path), first_hour_times.told(page)) == []


def test_the_control_a_step_that_has_become_slow_is_seen() -> None:
    told = [Step(1, 4.0, 2.0), Step(2, 30.0, 20.0)]
    assert longer_than_told([Step(1, 60.0, 30.0), Step(2, 90.0, 30.0)], told) == [1]

"""Whole reports of the demo as they were last looked at: code, number, signal and sentences of every finding.

The files change only by ``PARTNERSHIP_UPDATE_GOLDEN=1 pytest tests/golden``; say why in the commit.
"""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from partnership_lib.analysis.follow_up import follow_up
from partnership_lib.demo import invent_register
from partnership_lib.findings import Analysis
from partnership_lib.units.dates import add_months
from partnership_lib.units.period import Period

HERE = Path(__file__).parent


def spend() -> pd.DataFrame:
    """Spend that grows by a thousand a month from a million, from the start of the partnership to August 2026."""
    rows = [
        {
            "month": add_months(date(2024, 3, 1), number),
            "certain_ore": 100_000_000 + 100_000 * number,
            "possible_ore": 100_000_000 + 150_000 * number,
            "lines": 12,
        }
        for number in range(30)
    ]
    return pd.DataFrame(rows)


def written(analysis: Analysis) -> str:
    """The analysis as CSV with fixed decimals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["section", "finding", "number", "unit", "signal", "rows", "swedish", "english"])
    for section in analysis.sections:
        for finding in section.findings:
            number = "" if finding.number is None else f"{finding.number:.6f}"
            rows = "" if finding.table is None else len(finding.table)
            sentences = [finding.sentence(language).replace("\xa0", " ") for language in ("sv", "en")]
            writer.writerow([section.code, finding.code, number, finding.unit, finding.signal.value, rows, *sentences])
        for chart in section.charts:
            writer.writerow([section.code, f"chart {chart.code}", "", "", "", len(chart.frame), "", ""])
    return text.getvalue()


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_the_school_partnership_in_tertial_2_reads_as_before(audience):
    analysis = follow_up(
        invent_register("small", 1), spend(), "A-001", Period.parse("2026-T2"), date(2026, 9, 15), audience
    )
    golden = HERE / f"follow_up_A-001_2026-T2_{audience}.csv"
    now = written(analysis)
    if os.environ.get("PARTNERSHIP_UPDATE_GOLDEN") == "1":
        golden.write_text(now, encoding="utf-8", newline="\n")
    assert now.splitlines() == golden.read_text(encoding="utf-8").splitlines()

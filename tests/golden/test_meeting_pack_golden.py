"""Agendas and minutes of the demo as they were last looked at: code, number, signal, sentences and rows.

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

from partnership_lib.analysis.meeting_pack import agenda, minutes
from partnership_lib.demo import invent_register
from partnership_lib.findings import Analysis
from partnership_lib.units.dates import add_months

HERE = Path(__file__).parent
AS_OF = date(2026, 9, 15)


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
    """The analysis as CSV with fixed decimals; a table follows its finding, row by row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["section", "finding", "number", "signal", "swedish", "english"])
    for section in analysis.sections:
        for finding in section.findings:
            number = "" if finding.number is None else f"{finding.number:.6f}"
            sentences = [finding.sentence(language).replace("\xa0", " ") for language in ("sv", "en")]
            writer.writerow([section.code, finding.code, number, finding.signal.value, *sentences])
            if finding.table is not None:
                writer.writerows(["", "row", *row] for row in finding.table.itertuples(index=False, name=None))
    return text.getvalue()


@pytest.mark.parametrize("audience", ["internal", "shared"])
@pytest.mark.parametrize("kind", ["agenda", "minutes"])
def test_the_papers_of_the_school_partnership_read_as_before(kind: str, audience: str) -> None:
    content = invent_register("small", 1)
    made = (
        agenda(content, spend(), "A-001", "A-001-M-S-2026-10", AS_OF, audience)
        if kind == "agenda"
        else minutes(content, "A-001", "A-001-M-T-2026-09", AS_OF, audience)
    )
    golden = HERE / f"{kind}_A-001_{audience}.csv"
    now = written(made)
    if os.environ.get("PARTNERSHIP_UPDATE_GOLDEN") == "1":
        golden.write_text(now, encoding="utf-8", newline="\n")
    assert now.splitlines() == golden.read_text(encoding="utf-8").splitlines()

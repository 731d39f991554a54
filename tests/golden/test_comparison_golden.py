"""The comparison of the demo's school administration as it was last looked at: every finding, number and sentence.

Computed with little effort: the sentences and the first digits are held, not the precision, which has tests of its own.
The file changes only by ``PARTNERSHIP_UPDATE_GOLDEN=1 pytest tests/golden``; say why in the commit.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from partnership_lib.decision.cases.records import Effort
from partnership_lib.decision.measures.compare import compare
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.decision.report import comparison_report
from partnership_lib.findings import Analysis
from partnership_lib.workspace.case_files import open_case

HERE = Path(__file__).parent
EFFORT = Effort(paths=512, randomisations=2, points=32)


@pytest.fixture(scope="module")
def comparison(repository: Path) -> Comparison:
    """The school administration of the demo, as the choice stood in 2022."""
    case = open_case(repository, repository / "data" / "cases" / "skoladministration.yaml")
    return compare(replace(case, effort=EFFORT))


def written(analysis: Analysis) -> str:
    """The analysis as CSV, numbers with four digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["section", "finding", "number", "unit", "signal", "rows", "swedish", "english"])
    for section in analysis.sections:
        for finding in section.findings:
            number = "" if finding.number is None else f"{finding.number:.4g}"
            rows = "" if finding.table is None else len(finding.table)
            sentences = [finding.sentence(language).replace("\xa0", " ") for language in ("sv", "en")]
            writer.writerow([section.code, finding.code, number, finding.unit, finding.signal.value, rows, *sentences])
        for chart in section.charts:
            writer.writerow([section.code, f"chart {chart.code}", "", "", "", len(chart.frame), "", ""])
    return text.getvalue()


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_the_comparison_of_the_school_administration_reads_as_before(comparison: Comparison, audience: str) -> None:
    now = written(comparison_report(comparison, audience, "SEK", date(2026, 9, 15)))
    golden = HERE / f"comparison_skoladministration_{audience}.csv"
    if os.environ.get("PARTNERSHIP_UPDATE_GOLDEN") == "1":
        golden.write_text(now, encoding="utf-8", newline="\n")
    assert now.splitlines() == golden.read_text(encoding="utf-8").splitlines()

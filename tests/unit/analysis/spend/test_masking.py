"""No natural person leaves the ledger: neither number nor name, in no table, sentence or chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from partnership_lib.display.view import View
from partnership_lib.domain import Organisation, Party
from partnership_lib.findings import Analysis

DAY = date(2026, 6, 15)
SECRETS = ("9001010017", "900101-0017", "Kanariefågel", "811218-9876", "8112189876")


def everything(analysis: Analysis, language: str) -> str:
    view = View(kind="spend", language=language)
    frames = [f.table.to_csv() for f in analysis.findings() if f.table is not None]
    charts = [chart.frame.to_csv() + repr(chart.values) for s in analysis.sections for chart in s.charts]
    values = [repr(finding.values) for finding in analysis.findings()]
    html = [view.section(section)._repr_html_() for section in analysis.sections]
    return "\n".join([*frames, *charts, *values, *html, repr(view.deliver(analysis).payload)])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_sole_traders_are_masked_everywhere(make: SimpleNamespace, analyse: Callable, language: str) -> None:
    person = make.person
    lines = [
        make.line(DAY, 900_000, person, supplier="Anna Kanariefågel", invoice_id="7", voucher_id="V1"),
        make.line(DAY, 900_000, person, supplier="Anna Kanariefågel", invoice_id="7", voucher_id="V2"),
        make.line(DAY, 500, "id:17", supplier="Firma 811218-9876", administration="Omsorg 900101-0017",
                  account_text="Konto 8112189876", invoice_id="900101-0017"),
        make.line(date(2025, 6, 15), 100, person, supplier="Anna Kanariefågel"),
        make.line(DAY, 40, "S1"),
    ]  # fmt: skip
    trader = Organisation(id="S9", name="Anna Kanariefågel", party=Party.SUPPLIER, organisation_number=person)
    ended = make.agreement("A-1", date(2020, 1, 1), date(2025, 9, 30), supplier="S9", ceiling_ore=100)
    both = [make.agreement(name, date(2026, 1, 1), None, supplier="S9") for name in ("A-2", "A-3")]
    analysis = analyse(lines, trader, ended, *both)
    told = everything(analysis, language)
    assert not [secret for secret in SECRETS if secret in told]
    assert ("enskild näringsidkare" if language == "sv" else "sole trader") in told


def test_the_control_the_ledger_itself_does_name_them(make: SimpleNamespace) -> None:
    lines = make.table([make.line(DAY, 1, make.person, supplier="Anna Kanariefågel")])
    told = lines.to_pyarrow().to_pandas().to_csv()
    assert "9001010017" in told and "Kanariefågel" in told

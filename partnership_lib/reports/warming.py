"""What every report does, done once before there is any: what it loads is there for every fork of this process.

The first page of a process reads letters, word lists and style sheets for a good half second; the next ones do not.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from partnership_lib.display.view import View
from partnership_lib.findings import Chart, Finding, Section
from partnership_lib.reports.pdf import prepare
from partnership_lib.reports.render import render_html

_DAY = date(2026, 1, 1)


def warm_up(language: str = "sv") -> str:
    """Return a small page with a table and a figure of invented rows, which nobody needs to keep."""
    rows = pd.DataFrame({"month": [_DAY], "level": ["strategic"], "agreed": [2], "done": [1]})
    counts = {"agreement": "", "agreed": 2, "done": 1, "report_date": _DAY}
    told = Finding("follow_up.decisions", 1, "count", {"number": 1, "as_of": _DAY}, rows)
    section = Section("activities", (told,), (Chart("burn_up", rows, counts),))
    shown, metadata = View(language).section(section)._repr_mimebundle_()
    output = {"output_type": "display_data", "data": shown, "metadata": metadata}
    html = render_html({"cells": [{"outputs": [output]}]}, title="", language=language)
    prepare(html)
    return html

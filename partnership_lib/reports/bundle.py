"""Everything a reader gets, made from one executed notebook: page, PDF and data. The manifest comes last, elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.reports.datafiles import write_data_files
from partnership_lib.reports.numbers import NUMBERS, as_csv, numbers_of
from partnership_lib.reports.since_last import DIFFERENCES, changes_since, differences_csv, section_of

HTML, PDF, WORKBOOK, FINDINGS, DATA_FOLDER = "report.html", "report.pdf", "data.xlsx", "findings.json", "data"
CALENDAR = "meeting.ics"


def write_bundle(
    folder: Path, executed: Mapping[str, Any], analysis: Mapping[str, Any], presentation: Mapping[str, Any]
) -> None:
    """Write the report's files into a new folder.

    Parameters
    ----------
    presentation : Mapping
        ``language``, ``currency``, ``provenance``: pairs of label and value for the end of the page, ``calendar``:
        the meetings for people's calendars, where the report has any; ``report``: its own `identity`, and ``compared``:
        the reports that it begins by telling the differences to.
    """
    from partnership_lib.reports.pdf import render_pdf
    from partnership_lib.reports.render import render_html

    folder.mkdir()
    language = presentation["language"]
    title = report_title(analysis, presentation)
    provenance = [(label, value) for label, value in presentation["provenance"]]
    numbers = numbers_of(analysis)
    changes = changes_since(presentation["compared"], presentation["report"], numbers)
    # A paper for a meeting has no period before it: its first version has nothing to say of what has changed.
    told = bool(changes or presentation["report"]["period"])
    opening = section_of(changes, analysis, language, presentation["currency"]) if told else ""
    html = render_html(executed, title=title, language=language, provenance=provenance, opening=opening)
    (folder / HTML).write_text(html, encoding="utf-8", newline="\n")
    attached = write_data_files(folder, analysis, language)
    day = date.fromisoformat(presentation["report"]["as_of"])
    (folder / PDF).write_bytes(render_pdf(html, title=title, language=language, attached=attached, day=day))
    (folder / NUMBERS).write_bytes(as_csv(numbers, **_of_all(presentation["report"])))
    if changes:
        (folder / DIFFERENCES).write_bytes(differences_csv(changes))
    if presentation.get("calendar"):
        (folder / CALENDAR).write_bytes(presentation["calendar"].encode("utf-8"))


def _of_all(report: Mapping[str, Any]) -> dict[str, str]:
    """Return what is the same for all numbers of a report: what it is about, and the period."""
    kind, *subject, _, _, _ = report["key"].split("/")
    period = report["period"]
    return {"kind": kind, "subject": "/".join(subject), "period": period["label"] if period else ""}


def report_title(analysis: Mapping[str, Any], presentation: Mapping[str, Any]) -> str:
    """Return the title of a delivered analysis, as it stands over the report."""
    values = {"currency": presentation["currency"], **analysis["values"]}
    return text.sentence(f"title.{analysis['kind']}", values, presentation["language"])

"""Everything a reader gets, made from one executed notebook: page, PDF and data. The manifest comes last, elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.reports.datafiles import write_data_files

HTML, PDF, WORKBOOK, FINDINGS, DATA_FOLDER = "report.html", "report.pdf", "data.xlsx", "findings.json", "data"
CALENDAR = "meeting.ics"


def write_bundle(
    folder: Path, executed: Mapping[str, Any], analysis: Mapping[str, Any], presentation: Mapping[str, Any]
) -> None:
    """Write the report's files into a new folder.

    Parameters
    ----------
    presentation : Mapping
        ``language``, ``currency``, ``provenance``: pairs of label and value for the end of the page, and ``calendar``:
        the meetings for people's calendars, where the report has any.
    """
    from partnership_lib.reports.pdf import render_pdf
    from partnership_lib.reports.render import render_html

    folder.mkdir()
    language = presentation["language"]
    title = report_title(analysis, presentation)
    provenance = [(label, value) for label, value in presentation["provenance"]]
    html = render_html(executed, title=title, language=language, provenance=provenance)
    (folder / HTML).write_text(html, encoding="utf-8", newline="\n")
    (folder / PDF).write_bytes(render_pdf(html, title=title, language=language))
    write_data_files(folder, analysis, language)
    if presentation.get("calendar"):
        (folder / CALENDAR).write_bytes(presentation["calendar"].encode("utf-8"))


def report_title(analysis: Mapping[str, Any], presentation: Mapping[str, Any]) -> str:
    """Return the title of a delivered analysis, as it stands over the report."""
    values = {"currency": presentation["currency"], **analysis["values"]}
    return text.sentence(f"title.{analysis['kind']}", values, presentation["language"])

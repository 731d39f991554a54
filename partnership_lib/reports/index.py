"""``reports/index.html``: every published report, by agreement, newest first. Static; opens from the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from partnership_lib import text
from partnership_lib.domain import Meeting
from partnership_lib.files.atomic import write_text
from partnership_lib.reports.catalogue import KINDS
from partnership_lib.reports.publish import PublishedReport, all_published
from partnership_lib.reports.request import ReportRequest, request_of
from partnership_lib.reports.runs import Run, latest_runs
from partnership_lib.text.formatting import format_period
from partnership_lib.units.dates import parse_date

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

INDEX = "index.html"
_FORMATS = {"report.html": "HTML", "report.pdf": "PDF", "data.xlsx": "XLSX", "meeting.ics": "ICS"}
_HEADINGS = ("period", "files", "status", "as_of", "audience", "language")


@dataclass(frozen=True)
class _Line:
    """One report in all its versions, its latest run where that one failed, and the meeting that it is about."""

    key: str
    versions: tuple[PublishedReport, ...]
    failure: Run | None
    meeting: Meeting | None = None

    @property
    def request(self) -> ReportRequest:
        """Return what the key says: kind, agreement, period or meeting, audience, language."""
        return request_of(self.key)

    @property
    def last_day(self) -> date:
        """Return the day that reports of one subject are ordered by."""
        period = self.request.period
        if period is not None:
            return period.end
        return date.min if self.meeting is None else self.meeting.held_date or self.meeting.planned_date

    def when(self, language: str) -> str:
        """Return the period, or the meeting by its level and day."""
        period = self.request.period
        if period is not None:
            return format_period(period, language)
        if self.meeting is None:
            return self.request.meeting or ""
        return f"{text.word('level_meeting', self.meeting.level, language)} {self.last_day.isoformat()}"


def write_index(workspace: Workspace) -> Path:
    """Return the list of reports after it was written anew, wholly or not at all.

    Notes
    -----
    Only what stands whole in its folder is listed as published; failures come from the run table.
    """
    target = workspace.reports_folder / INDEX
    write_text(target, render_index(workspace))
    return target


def render_index(workspace: Workspace) -> str:
    """Return the page."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    from partnership_lib.reports.render import content_policy, page_css

    language = workspace.language
    lines = _lines(workspace)
    css = page_css() + _own_file("index.css")
    names = {agreement.id: agreement.name for agreement in workspace.content().agreements}
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(_own_file("index.html.j2"))
    words = {name: _say(f"index.{name}", language) for name in ("title", "failures", "caption", "empty")}
    counted = {"n": sum(1 for line in lines if line.versions), "name": workspace.settings.name or workspace.root.name}
    return template.render(
        language=language,
        policy=content_policy(css),
        css=Markup(css),  # noqa: S704 - our own files
        words=words | {"skip": _say("page.skip", language)},
        lead=text.sentence("index.lead", counted, language),
        headings=[_say(f"index.heading.{name}", language) for name in _HEADINGS],
        failures=[_failure(line, names, language) for line in lines if line.failure],
        groups=[_group(kind, each, names, workspace) for kind, each in _grouped(lines)],
    )


def _lines(workspace: Workspace) -> list[_Line]:
    versions: dict[str, list[PublishedReport]] = {}
    for report in all_published(workspace.reports_folder):
        versions.setdefault(report.manifest.body["key"], []).append(report)
    failed = {key: run for key, run in latest_runs(workspace.register.engine).items() if run.state == "failed"}
    lines = [_Line(key, tuple(versions.get(key, ())), failed.get(key)) for key in versions.keys() | failed.keys()]
    meetings = {meeting.id: meeting for meeting in workspace.content().meetings}
    return sorted((replace(line, meeting=meetings.get(line.request.meeting or "")) for line in lines), key=_order)


def _order(line: _Line) -> tuple[Any, ...]:
    asked = line.request
    newest_first = -line.last_day.toordinal()
    subject = (list(KINDS).index(asked.kind), asked.subject or "")
    return (*subject, newest_first, asked.audience, asked.language)


def _grouped(lines: Iterable[_Line]) -> list[tuple[tuple[str, str | None], list[_Line]]]:
    by_subject = groupby(lines, key=lambda line: (line.request.kind, line.request.subject))
    return [(subject, list(each)) for subject, each in by_subject]


def _group(
    subject: tuple[str, str | None], lines: list[_Line], names: Mapping[str, str], workspace: Workspace
) -> dict[str, Any]:
    rows = [_row(line, workspace.reports_folder, workspace.language) for line in lines]
    return {"title": _subject(*subject, names, workspace.language), "rows": rows}


def _subject(kind: str, subject: str | None, names: Mapping[str, str], language: str) -> str:
    kind_word = text.word("report_kind", kind, language)
    if subject is None:
        return kind_word
    named = f"{names[subject]} ({subject})" if names.get(subject) else subject
    return f"{kind_word}: {named}"


def _row(line: _Line, reports_folder: Path, language: str) -> dict[str, Any]:
    asked = line.request
    state = "failed" if line.failure else "published"
    row: dict[str, Any] = {
        "period": _capital(line.when(language)),
        "audience": text.word("audience", asked.audience, language),
        "language": text.word("language", asked.language, language),
        "state": state,
        "status": text.word("report_state", state if not (line.failure and line.versions) else "stale", language),
        "as_of": "",
        "links": [],
        "tables": [],
        "tables_word": _say("index.tables", language),
        "older": [],
        "older_word": _say("index.older", language),
    }
    if line.versions:
        newest, older = line.versions[-1], line.versions[:-1]
        row["as_of"] = newest.manifest.body["as_of"]
        row["links"] = [_link(newest, name, reports_folder, row["period"], language) for name in _shown(newest)]
        row["tables"] = [_plain_link(newest, name, reports_folder) for name in _csv_files(newest)]
        row["older"] = [_version_link(each, reports_folder, language) for each in reversed(older)]
    return row


def _shown(report: PublishedReport) -> list[str]:
    return [name for name in _FORMATS if name in report.manifest.body["outputs"]]


def _csv_files(report: PublishedReport) -> list[str]:
    return [name for name in report.manifest.body["outputs"] if name.endswith(".csv")]


def _link(report: PublishedReport, name: str, reports_folder: Path, period: str, language: str) -> dict[str, str]:
    word = _FORMATS[name]
    label = text.sentence("index.link", {"format": word, "period": period}, language)
    return {"href": _address(report.folder / name, reports_folder), "word": word, "label": label}


def _plain_link(report: PublishedReport, name: str, reports_folder: Path) -> dict[str, str]:
    return {"href": _address(report.folder / name, reports_folder), "word": Path(name).name}


def _version_link(report: PublishedReport, reports_folder: Path, language: str) -> dict[str, str]:
    values = {"version": report.version, "day": parse_date(report.manifest.body["as_of"])}
    word = text.sentence("index.version", values, language)
    return {"href": _address(report.html, reports_folder), "word": word}


def _address(file: Path, reports_folder: Path) -> str:
    return quote(file.relative_to(reports_folder).as_posix())


def _failure(line: _Line, names: Mapping[str, str], language: str) -> dict[str, str]:
    asked, failure = line.request, line.failure
    subject = _subject(asked.kind, asked.subject, names, language)
    reason = text.describe(failure.error, language) if failure and failure.error else ""
    return {"title": f"{subject}, {line.when(language)}.", "reason": reason}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _own_file(name: str) -> str:
    return files(__package__).joinpath("template", name).read_text(encoding="utf-8")


def _say(key: str, language: str) -> str:
    return text.sentence(key, {}, language)

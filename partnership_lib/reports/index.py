"""``reports/index.html``: every report, the newest first, to search and filter. Static; opens from the disk.

It is a plain list to whoever runs no scripts. The script is our own and known to the page's policy by its hash; the
page asks nobody for anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from partnership_lib import text
from partnership_lib.display.safe import escape_title
from partnership_lib.domain import RegisterContent
from partnership_lib.files.atomic import write_text
from partnership_lib.reports.catalogue import KINDS
from partnership_lib.reports.listing import LISTED_STATES, READ_BY_LISTS, Line, listed, names_of
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.reports.titles import subject_of, title_of, when_of
from partnership_lib.units.dates import parse_date

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

INDEX = "index.html"
_FORMATS = {"report.html": "HTML", "report.pdf": "PDF", "data.xlsx": "XLSX", "meeting.ics": "ICS"}
_HEADINGS = ("report", "period", "files", "status", "as_of", "audience", "language")
_FAILED = ("failed", "stale")
_FEW = 5
"""More failures than these are counted, and unfolded by who wants to read them: the list is found below them."""
_WORDS = ("title", "caption", "empty", "search", "all", "reset", "more", "none", "older", "tables")


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

    content = workspace.register.load(*READ_BY_LISTS)
    lines, language = listed(workspace, content), workspace.language
    css, script = page_css() + _own_file("index.css"), _own_file("index.js")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(_own_file("index.html.j2"))
    counted = {"n": sum(1 for line in lines if line.versions), "name": workspace.settings.name or workspace.root.name}
    failures = [_failure(line, content, workspace) for line in lines if line.run and line.state in _FAILED]
    tables = _Tables()
    return template.render(
        language=language,
        policy=f"{content_policy(css)}; script-src {_hash_source(script)}",
        css=Markup(css),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704 - our own file
        words={name: _say(f"index.{name}", language) for name in _WORDS} | {"skip": _say("page.skip", language)},
        shown=text.sentence("index.shown", {"shown": "{shown}", "found": "{found}"}, language),
        failures_word=text.sentence("index.failures", {"n": len(failures)}, language),
        lead=text.sentence("index.lead", counted, language),
        headings=[(name, _say(f"index.heading.{name}", language)) for name in _HEADINGS],
        filters=_filters(lines, content, language),
        failures=failures,
        failures_are_few=len(failures) <= _FEW,
        rows=[_row(line, content, workspace, tables) for line in lines],
        tables=Markup(tables.as_json()),  # noqa: S704 - JSON without a character that HTML gives a meaning to
    )


def _hash_source(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode('ascii')}'"


class _Tables:
    """The names of the CSV files, which are the same in all reports of a kind: kept once, told by number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}

    def number(self, report: PublishedReport) -> int | None:
        names = tuple(name for name in report.manifest.body["outputs"] if name.endswith(".csv"))
        return self._numbers.setdefault(names, len(self._numbers)) if names else None

    def as_json(self) -> str:
        return json.dumps([list(names) for names in self._numbers]).replace("<", "\\u003c").replace("&", "\\u0026")


def _filters(lines: list[Line], content: RegisterContent, language: str) -> list[dict[str, Any]]:
    """Return for each filter its name, its word and what can be chosen."""
    asked = [line.request for line in lines]
    periods = {each.period.label: when_of(each, content, language) for each in asked if each.period}
    found = {
        "subject": names_of(lines, content),
        "period": {label: _capital(periods[label]) for label in periods},
        "kind": {kind: text.word("report_kind", kind, language) for kind in _present(KINDS, (r.kind for r in asked))},
        "audience": {
            name: text.word("audience", name, language)
            for name in _present(("internal", "shared"), (request.audience for request in asked))
        },
        "status": {
            state: _capital(text.word("report_state", state, language))
            for state in _present(LISTED_STATES, (line.state for line in lines))
        },
    }
    return [
        {"name": name, "word": _say(f"index.filter.{name}", language), "choices": list(choices.items())}
        for name, choices in found.items()
    ]


def _present(allowed: Iterable[str], found: Iterable[str]) -> list[str]:
    there = set(found)
    return [name for name in allowed if name in there]


def _row(line: Line, content: RegisterContent, workspace: Workspace, tables: _Tables) -> dict[str, Any]:
    asked, language = line.request, workspace.language
    when = when_of(asked, content, language)
    row: dict[str, Any] = {
        "codes": {
            "subject": asked.subject or "",
            "period": asked.period.label if asked.period else "",
            "kind": asked.kind,
            "audience": asked.audience,
            "status": line.state,
        },
        "report": escape_title(subject_of(asked, content, language)),
        "period": _capital(when),
        "audience": text.word("audience", asked.audience, language),
        "language": text.word("language", asked.language, language),
        "status": text.word("report_state", line.state, language),
        "as_of": "",
        "reason": "",
        "links": [],
        "older": [],
        "tables": None,
        "folder": "",
    }
    if line.versions:
        newest, older = line.versions[-1], line.versions[:-1]
        reports_folder = workspace.reports_folder
        row["as_of"] = newest.manifest.body["as_of"]
        row["links"] = [_link(newest, name, reports_folder, when, language) for name in _shown(newest)]
        row["older"] = [_version_link(each, reports_folder, language) for each in reversed(older)]
        row["tables"] = tables.number(newest)
        row["folder"] = _address(newest.folder, reports_folder)
    elif line.run and line.state == "no_data":
        row["as_of"] = (line.run.finished_at or "")[:10]
        row["reason"] = text.describe(line.run.error, language) if line.run.error else ""
    return row


def _shown(report: PublishedReport) -> list[str]:
    return [name for name in _FORMATS if name in report.manifest.body["outputs"]]


def _link(report: PublishedReport, name: str, reports_folder: Path, when: str, language: str) -> dict[str, str]:
    word = _FORMATS[name]
    label = text.sentence("index.link", {"format": word, "period": when}, language)
    return {"href": _address(report.folder / name, reports_folder), "word": word, "label": label}


def _version_link(report: PublishedReport, reports_folder: Path, language: str) -> dict[str, str]:
    values = {"version": report.version, "day": parse_date(report.manifest.body["as_of"])}
    word = text.sentence("index.version", values, language)
    return {"href": _address(report.html, reports_folder), "word": word}


def _address(file: Path, reports_folder: Path) -> str:
    return quote(file.relative_to(reports_folder).as_posix())


def _failure(line: Line, content: RegisterContent, workspace: Workspace) -> Mapping[str, str]:
    """Return what failed, why, when and in which attempt, and where the executed notebook lies, if it was kept."""
    run, language = line.run, workspace.language
    assert run is not None
    kept = workspace.reports_folder / "failed" / f"{line.request.slug}.ipynb"
    values = {"at": (run.finished_at or "")[:16].replace("T", " "), "attempts": run.attempts}
    return {
        "title": _capital(title_of(line.request, content, language)),
        "reason": text.describe(run.error, language) if run.error else "",
        "when": text.sentence("index.attempt", values, language),
        "notebook": _address(kept, workspace.reports_folder) if kept.is_file() else "",
        "notebook_word": text.sentence("index.notebook", {"cell": run.failing_cell or "–"}, language),
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _own_file(name: str) -> str:
    return files(__package__).joinpath("template", name).read_text(encoding="utf-8")


def _say(key: str, language: str) -> str:
    return text.sentence(key, {}, language)

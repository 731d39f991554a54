"""One mail after a run: which reports fail now, which still do, and which work again. Silence is no news."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import Engine

from partnership_lib import text
from partnership_lib.domain import Agreement, Meeting, RegisterContent
from partnership_lib.errors import PartnershipError
from partnership_lib.register.connect import reading, transaction
from partnership_lib.register.schema import REPORT_NOTICE as NOTICE
from partnership_lib.register.store import utc_now
from partnership_lib.reports.mail import MailServer, mail_server, send_mail
from partnership_lib.reports.request import request_of
from partnership_lib.reports.runs import Run, latest_runs
from partnership_lib.reports.titles import title_of
from partnership_lib.units.outward_text import clean_text, terminal_text

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


@dataclass(frozen=True)
class News:
    """What has become known since the last mail that was sent.

    Attributes
    ----------
    failed : tuple of Run
        Reports of this run that fail and that nobody has been told of.
    still_failing : tuple of Run
        Those that somebody has been told of.
    recovered : tuple of str
        Keys of the reports that somebody was told of and that work again.
    """

    failed: tuple[Run, ...]
    still_failing: tuple[Run, ...]
    recovered: tuple[str, ...]

    @property
    def worth_a_mail(self) -> bool:
        """Return whether anything has changed."""
        return bool(self.failed or self.recovered)


def find_news(engine: Engine, failed_now: Iterable[str]) -> News:
    """Return what to tell, given the keys of the reports that failed in the run that has just ended."""
    with reading(engine) as connection:
        told = {row.key for row in connection.execute(sa.select(NOTICE.c.key))}
    runs = latest_runs(engine)
    failing = {key: run for key, run in runs.items() if run.state == "failed"}
    mended = [key for key in told if key in runs and runs[key].state in ("published", "no_data")]
    return News(
        tuple(failing[key] for key in sorted(set(failed_now) - told) if key in failing),
        tuple(failing[key] for key in sorted(told & failing.keys())),
        tuple(sorted(mended)),
    )


def send_news(workspace: Workspace, failed_now: Iterable[str], server: MailServer | None = None) -> News | None:
    """Return what was told in one mail to those whom the environment names; None when there was nothing to tell.

    Without a mail server in the environment nothing is sent and nothing counts as told.

    Raises
    ------
    PartnershipError
        What is wrong with the settings, or why the mail could not be sent; the next run then tries again.
    """
    server = server or mail_server()
    if server is None:
        return None
    engine = workspace.register.engine
    news = find_news(engine, failed_now)
    if not news.worth_a_mail:
        return None
    send_mail(server, *digest(workspace, news))
    _note_told(engine, news)
    return news


def _note_told(engine: Engine, news: News) -> None:
    with transaction(engine) as connection:
        known = {row.key for row in connection.execute(sa.select(NOTICE.c.key))}
        for run in news.failed:
            if run.key not in known:  # another run may have told of it at the same time
                connection.execute(sa.insert(NOTICE).values(key=run.key, told_at=utc_now()))
        connection.execute(sa.delete(NOTICE).where(NOTICE.c.key.in_(news.recovered)))


def digest(workspace: Workspace, news: News) -> tuple[str, str]:
    """Return the subject and the text of the mail, in the language of the workspace."""
    language = workspace.language
    name = workspace.settings.name or workspace.root.name
    content = workspace.register.load(Agreement, Meeting)
    counts = {"name": name, "failed": len(news.failed), "recovered": len(news.recovered)}
    which = "both" if news.failed and news.recovered else ("failed" if news.failed else "recovered")
    parts = [
        _part("failed", [_failure(run, content, language) for run in news.failed], language),
        _part("recovered", [_named(key, content, language) for key in news.recovered], language),
        _part("still_failing", [_failure(run, content, language) for run in news.still_failing], language),
    ]
    where = {"folder": str(workspace.root), "index": str(workspace.reports_folder / "index.html")}
    closing = _say("closing_failed" if news.failed or news.still_failing else "closing", where, language)
    body = "\n\n".join([part for part in parts if part] + [closing]) + "\n"
    return clean_text(_say(f"subject_{which}", counts, language)), terminal_text(body)


def _part(name: str, lines: list[str], language: str) -> str:
    return "\n".join([_say(name, {"n": len(lines)}, language), *lines]) if lines else ""


def _failure(run: Run, content: RegisterContent, language: str) -> str:
    reason = "" if run.error is None else f"\n  {text.describe(run.error, language)}"
    return _named(run.key, content, language) + reason


def _named(key: str, content: RegisterContent, language: str) -> str:
    try:
        return f"- {clean_text(title_of(request_of(key), content, language))} [{key}]"
    except PartnershipError:  # of a kind that this version no longer knows
        return f"- {key}"


def _say(name: str, values: Mapping[str, object], language: str) -> str:
    return text.sentence(f"digest.{name}", values, language)

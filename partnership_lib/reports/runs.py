"""The run table: who makes which report, until when, and how it went; never asked of a notebook."""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from partnership_lib.errors import PartnershipError, ReportError
from partnership_lib.register.connect import reading, transaction
from partnership_lib.register.schema import REPORT_RUN as RUN
from partnership_lib.reports.failures import as_json, from_json


@dataclass(frozen=True)
class Claim:
    """The right to make one report for a while. The token grows at every claim: who slept past it cannot publish."""

    key: str
    input_hash: str
    owner: str
    token: int


@dataclass(frozen=True)
class Run:
    """How the latest run of a report went.

    Attributes
    ----------
    finished_at : str or None
        ISO, UTC; None while it is running.
    data_hash : str or None
        Of what it was made from, whatever the as-of date.
    path : str or None
        Where its report stands, below the folder of the reports.
    """

    key: str
    state: str
    finished_at: str | None
    attempts: int
    failing_cell: int | None
    error: ReportError | None
    data_hash: str | None
    path: str | None


def claim(engine: Engine, key: str, input_hash: str, *, lease_seconds: float, data_hash: str | None = None) -> Claim:
    """Return the right to make the report `key`, taken in one write transaction.

    Raises
    ------
    ReportError
        ``report_running`` when somebody else is making it and has not died.
    """
    now = _now()
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    with transaction(engine) as connection:
        rows = connection.execute(sa.select(RUN).where(RUN.c.key == key)).all()
        for row in rows:
            if _is_live(row, now):
                raise ReportError("report_running", key=key, owner=row.owner, until=row.lease_until)
        taken = Claim(key, input_hash, owner, max((row.token for row in rows), default=0) + 1)
        _abandon_others(connection, taken)
        earlier = next((row for row in rows if row.input_hash == input_hash), None)
        lease = {"lease_until": _stamp(now + timedelta(seconds=lease_seconds)), "started_at": _stamp(now)}
        _write_claim(connection, taken, earlier, {**lease, "data_hash": data_hash})
    return taken


def _abandon_others(connection: Connection, taken: Claim) -> None:
    reason = _as_text(ReportError("report_abandoned", key=taken.key))
    abandoned = (RUN.c.key == taken.key) & (RUN.c.state == "running") & (RUN.c.input_hash != taken.input_hash)
    connection.execute(sa.update(RUN).where(abandoned).values(state="failed", reason=reason))


def _write_claim(
    connection: Connection, taken: Claim, earlier: sa.Row[Any] | None, values: Mapping[str, str | None]
) -> None:
    row = {
        "state": "running",
        "owner": taken.owner,
        "token": taken.token,
        "attempts": earlier.attempts + 1 if earlier else 1,
        **dict.fromkeys(("finished_at", "reason", "failing_cell", "path", "seen")),
        **values,
    }
    if earlier:
        connection.execute(sa.update(RUN).where(_is(taken)).values(row))
    else:
        connection.execute(sa.insert(RUN).values(key=taken.key, input_hash=taken.input_hash, **row))


def finish(
    connection: Connection, taken: Claim, state: str, *, error: PartnershipError | None = None, path: str = ""
) -> None:
    """Record inside a write transaction how the claimed run ended.

    Raises
    ------
    ReportError
        ``report_claim_lost`` when somebody else has claimed the report since; then nothing may be published.
    """
    still_ours = _is(taken) & (RUN.c.owner == taken.owner) & (RUN.c.token == taken.token) & (RUN.c.state == "running")
    cell = error.values.get("cell") if error else None
    values = {
        "state": state,
        "finished_at": _stamp(_now()),
        "lease_until": None,
        "reason": _as_text(error) if error else None,
        "failing_cell": cell if isinstance(cell, int) else None,
        "path": path or None,
    }
    if connection.execute(sa.update(RUN).where(still_ours).values(values)).rowcount != 1:
        raise ReportError("report_claim_lost", key=taken.key)


def record_published(engine: Engine, key: str, input_hash: str, path: str) -> None:
    """Note that a published folder stands for a run whose last word was lost (killed between rename and commit)."""
    this_run = (RUN.c.key == key) & (RUN.c.input_hash == input_hash)
    with reading(engine) as connection:
        row = connection.execute(sa.select(RUN).where(this_run)).first()
    if row is None or row.state == "published" or _is_live(row, _now()):
        return
    with transaction(engine) as connection:
        ended = {"state": "published", "reason": None, "failing_cell": None, "lease_until": None, "path": path}
        connection.execute(sa.update(RUN).where(this_run & (RUN.c.token == row.token)).values(ended))


def latest_runs(engine: Engine) -> dict[str, Run]:
    """Return for each report key how its latest run went."""
    with reading(engine) as connection:
        rows = connection.execute(sa.select(RUN).order_by(RUN.c.key, RUN.c.token)).all()
    return {row.key: _run(row) for row in {row.key: row for row in rows}.values()}


def latest_run(engine: Engine, key: str) -> Run | None:
    """Return how the latest run of one report went, None when it was never run."""
    with reading(engine) as connection:
        newest = sa.select(RUN).where(RUN.c.key == key).order_by(RUN.c.token.desc()).limit(1)
        row = connection.execute(newest).first()
    return None if row is None else _run(row)


def published_so_far(engine: Engine) -> str:
    """Return what changes with every report that is published."""
    published = RUN.c.state == "published"
    with reading(engine) as connection:
        row = connection.execute(sa.select(sa.func.count(), sa.func.max(RUN.c.finished_at)).where(published)).one()
    return f"{row[0]} {row[1]}"


def seen_runs(engine: Engine, stamp: str) -> dict[str, tuple[str, str | None, str]]:
    """Return for each report that was seen at this stamp its state, where it stands, and the mark that was noted."""
    with reading(engine) as connection:
        seen = sa.select(RUN).where(RUN.c.seen.startswith(stamp, autoescape=True)).order_by(RUN.c.token)
        return {row.key: (row.state, row.path, row.seen) for row in connection.execute(seen)}


def note_seen(engine: Engine, marks: Mapping[str, str]) -> None:
    """Note by key that the newest run of a report, published or without data, is what it would be: with a mark."""
    settled = (RUN.c.state == "published") | (RUN.c.state == "no_data")
    newest = sa.select(sa.func.max(RUN.c.token)).where(RUN.c.key == sa.bindparam("of")).scalar_subquery()
    this_run = (RUN.c.key == sa.bindparam("of")) & settled & (RUN.c.token == newest)
    note = sa.update(RUN).where(this_run).values(seen=sa.bindparam("mark"))
    if rows := [{"of": key, "mark": mark} for key, mark in marks.items()]:
        with transaction(engine) as connection:
            connection.execute(note, rows)


def _run(row: sa.Row[Any]) -> Run:
    told = (row.key, row.state, row.finished_at, row.attempts, row.failing_cell)
    return Run(*told, _from_text(row.reason), row.data_hash, row.path)


def _is(taken: Claim) -> sa.ColumnElement[bool]:
    return (RUN.c.key == taken.key) & (RUN.c.input_hash == taken.input_hash)


def _is_live(row: sa.Row[Any], now: datetime) -> bool:
    return row.state == "running" and row.lease_until > _stamp(now) and not _has_died(row.owner)


def _has_died(owner: str) -> bool:
    """Return whether the owner was a process of this machine that is no more; elsewhere only the lease tells."""
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname() or os.name == "nt":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _as_text(error: PartnershipError) -> str:
    return json.dumps(as_json(error), ensure_ascii=False, sort_keys=True)


def _from_text(reason: str | None) -> ReportError | None:
    return None if reason is None else from_json(json.loads(reason))


def _now() -> datetime:
    return datetime.now(UTC)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

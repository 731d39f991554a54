"""The rooms, the rich views of JupyterLab and the mail, on a municipality whose every text is a payload."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

import pytest
from artefacts import personal_numbers
from payloads import payloads
from playwright.sync_api import Browser
from visit import FIRED, Visit

from partnership_lib.display.formatters import record_table
from partnership_lib.reports.digest import News, digest
from partnership_lib.reports.mail import MailServer, _message
from partnership_lib.reports.runs import Run
from partnership_lib.workspace import Workspace

ROOMS = [
    (("review", "A-001"), ".review-room .row", 4),
    (("what-if", "fientlig.yaml"), ".what-if-verdict", 0),
]


@contextmanager
def served(hostile: Workspace, *words: str) -> Iterator[str]:
    """Yield the address of a room that the command has opened."""
    command = [sys.executable, "-m", "partnership_lib.cli", *words, "--no-browser", "--json"]
    told = {name: value for name, value in os.environ.items() if name not in ("PARTNERSHIP_ACTOR", "JUPYTERHUB_USER")}
    room = subprocess.Popen(
        [*command, "--workspace", str(hostile.root)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=told | {"PARTNERSHIP_ACTOR": "P-002"},
    )
    assert room.stdout is not None
    try:
        yield json.loads("".join(room.stdout.readline() for _ in range(3)))["address"]
    finally:
        os.killpg(room.pid, signal.SIGINT)
        room.wait(60)
        room.stdout.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(900)
@pytest.mark.target(name="T13")
@pytest.mark.target(name="T18")
@pytest.mark.parametrize(("words", "shown", "tabs"), ROOMS, ids=["review", "what-if"])
def test_no_payload_runs_or_calls_in_a_room(
    browser: Browser, hostile: Workspace, words: tuple[str, ...], shown: str, tabs: int, target: Any
) -> None:
    with served(hostile, *words) as address:
        asked: list[str] = []
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address, wait_until="commit")
        page.wait_for_selector(shown, timeout=400_000)
        for number in range(tabs):
            page.get_by_role("tab").nth(number).click()
            page.wait_for_timeout(500)
        page.wait_for_timeout(1_000)
        fired, source = page.evaluate(FIRED), page.content()
        context.close()
    own = re.match(r"http://127\.0\.0\.1:\d+/", address)
    assert own is not None
    foreign = [url for url in asked if not url.startswith((own[0], "data:", "blob:", "ws://127.0.0.1"))]
    target(sinks=1, scripts=len(fired), requests=len(foreign), numbers=len(personal_numbers(source)))
    assert (fired, foreign, personal_numbers(source)) == ([], [], [])
    assert "data-fired" in source  # they are there, as text


@pytest.mark.browser
@pytest.mark.target(name="T13")
def test_no_payload_runs_or_calls_in_the_rich_view_of_a_record(
    browser: Browser, hostile: Workspace, target: Any
) -> None:
    content = hostile.content()
    records = [*content.agreements[:40], *content.activities[:40]]
    page = "".join(record_table(record, "sv")._repr_html_() for record in records)
    visit = Visit(browser, f"<!doctype html><html><body>{page}</body></html>")
    target(sinks=1, scripts=len(visit.fired), requests=len(visit.asked))
    assert (visit.fired, visit.asked) == ([], [])
    assert "data-fired" in visit.words
    assert personal_numbers(visit.words) == []


@pytest.mark.target(name="T13")
def test_no_payload_becomes_a_header_or_steers_whoever_reads_the_mail(hostile: Workspace, target: Any) -> None:
    key = "follow_up/A-{:03}/2026-T2/internal/sv"
    keys = [key.format(number) for number in range(1, 9)]
    failed = tuple(Run(each, "failed", None, 1, None, None, None, None) for each in keys)
    subject, body = digest(hostile, News(failed, (), tuple(keys[:2])))
    server = MailServer("127.0.0.1", 25, "none", "rapport@prov.example", ("it@prov.example",))
    for words in (subject, *payloads().values()):
        mail = message_from_bytes(bytes(_message(server, words, body)), policy=policy.default)
        headers = {name.lower() for name in mail}
        assert headers <= {
            *("subject", "from", "to", "date", "message-id", "auto-submitted", "mime-version"),
            *("content-type", "content-transfer-encoding"),
        }
        assert not mail.is_multipart()
    steering = set(body + subject) & {"\x1b", "\x07", "\x08", "\x9b", "\u202e", "\u2066", "\r"}
    lines = [line for line in body.splitlines() if line.startswith("- ")]
    target(sinks=1, steering=len(steering), numbers=len(personal_numbers(body)))
    assert len(lines) == len(keys) + 2  # one line stays one line
    assert not steering
    assert personal_numbers(body + subject) == []

"""The mail about reports that fail and that work again, handed in to a real mail server on this machine."""

from __future__ import annotations

import email.policy
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult

from partnership_lib import text
from partnership_lib.errors import PartnershipError, ReportError, UsageError
from partnership_lib.reports import choose_requests, run_reports
from partnership_lib.reports.digest import send_news
from partnership_lib.reports.mail import MailServer, mail_server, send_mail
from partnership_lib.workspace import Workspace

Maker = Callable[..., Path]
PASSWORDS = ("hemligt", "hemligt åäö")


class _Box(Message):
    """Keeps what is handed in."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []

    def prepare_message(self, session: Any, envelope: Any) -> EmailMessage:
        return email.message_from_bytes(envelope.content, policy=email.policy.default)

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)

    @property
    def bodies(self) -> list[str]:
        return [mail.get_content() for mail in self.mails]

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


class _OnFreePort(Controller):
    """A server on a port that the system chooses."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _authenticate(_: Any, __: Any, ___: Any, ____: str, data: Any) -> AuthResult:
    right = data.login == b"rapporter" and data.password.decode() in PASSWORDS
    return AuthResult(success=right, handled=right)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine that it has signed itself, and its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl on this machine")
    files = tmp_path / "server.pem", tmp_path / "server.key"
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    subprocess.run([program, *made, *named, "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[MailServer, _Box]]]:
    """What starts a mail server; answers how to reach it and where its mails lie."""
    running: list[Controller] = []

    def begin(security: str = "none", certificate: tuple[Path, Path] | None = None) -> tuple[MailServer, _Box]:
        box = _Box()
        options: dict[str, Any] = {"require_starttls": security == "starttls"}
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*map(str, certificate))
            # Where the connection is encrypted from its first byte, the server must be told that it is.
            options["ssl_context" if security == "tls" else "tls_context"] = context
            options |= {"authenticator": _authenticate, "auth_required": True}
            options["auth_require_tls"] = security != "tls"
        controller = _OnFreePort(box, hostname="127.0.0.1", ready_timeout=60, **options)
        controller.port = 0
        controller.start()
        running.append(controller)
        user, password, authority = ("rapporter", PASSWORDS[0], str(certificate[0])) if certificate else ("", "", None)
        addresses = ("a@kommun.example", "b@kommun.example")
        sender = "Rapporter <rapporter@kommun.example>"
        return MailServer("127.0.0.1", controller.port, security, sender, addresses, user, password, authority), box

    yield begin
    for controller in running:
        controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # all of it is encrypted there
@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_mail_arrives_whole_however_the_connection_is_protected(
    security: str, start: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    server, box = start(security, None if security == "none" else request.getfixturevalue("certificate"))
    send_mail(server, "Två rapporter\nmisslyckades", "Åtgärd: kör igen.\n")
    (mail,) = box.mails
    assert (mail["Subject"], mail.get_content().split("\r\n")[0]) == ("Två rapporter misslyckades", "Åtgärd: kör igen.")
    assert (mail["To"], mail["Auto-Submitted"]) == ("a@kommun.example, b@kommun.example", "auto-generated")


def test_a_password_may_have_swedish_letters(start: Callable[..., Any], certificate: Any) -> None:
    server, box = start("starttls", certificate)
    send_mail(replace(server, password=PASSWORDS[1]), "x", "y")
    assert len(box.mails) == 1


@pytest.mark.parametrize("password", ["fel och hemligt", "fel åäö hemligt"])
def test_a_wrong_password_is_told_without_the_password(
    start: Callable[..., Any], certificate: Any, password: str
) -> None:
    server, box = start("starttls", certificate)
    with pytest.raises(ReportError, match="mail_not_sent") as refused:
        send_mail(replace(server, password=password), "x", "y")
    assert "535" in refused.value.values["reason"]
    assert password not in str(refused.value) + text.describe(refused.value, "sv") + repr(server)
    assert box.mails == []


def test_a_server_whose_certificate_nobody_vouches_for_gets_neither_password_nor_mail(
    start: Callable[..., Any], certificate: Any
) -> None:
    server, box = start("starttls", certificate)
    with pytest.raises(ReportError, match="mail_not_sent") as refused:
        send_mail(replace(server, authority=None), "x", "y")
    assert "certificate" in refused.value.values["reason"].lower()
    assert box.mails == []


def test_a_server_without_encryption_is_not_trusted_with_what_should_be_encrypted(start: Callable[..., Any]) -> None:
    server, box = start("none")
    with pytest.raises(ReportError, match="mail_not_sent"):
        send_mail(replace(server, security="starttls"), "x", "y")
    assert box.mails == []


SETTINGS = {
    "PARTNERSHIP_SMTP_HOST": "mejl.kommun.example",
    "PARTNERSHIP_MAIL_FROM": "rapporter@kommun.example",
    "PARTNERSHIP_MAIL_TO": "a@kommun.example, b@kommun.example",
}


def test_the_environment_names_the_server_or_nothing_is_sent() -> None:
    assert mail_server({}) is None
    server = mail_server(SETTINGS)
    assert server is not None
    assert (server.port, server.security, server.recipients[1]) == (587, "starttls", "b@kommun.example")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"PARTNERSHIP_MAIL_TO": " , "}, "mail_setting_missing"),
        ({"PARTNERSHIP_MAIL_FROM": ""}, "mail_setting_missing"),
        ({"PARTNERSHIP_SMTP_PORT": "65536"}, "mail_setting_wrong"),
        ({"PARTNERSHIP_SMTP_SECURITY": "ssl"}, "mail_setting_wrong"),
        ({"PARTNERSHIP_SMTP_SECURITY": "none", "PARTNERSHIP_SMTP_USER": "a"}, "mail_login_unprotected"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(changed: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as refused:
        mail_server(SETTINGS | changed)
    assert refused.value.code == code
    assert refused.value.values["setting"].startswith("PARTNERSHIP_")


# --- what is told ---------------------------------------------------------------------------------------------------

FOLLOW_UP = "follow_up/A-1/2026-T2/internal/sv"


def _run(workspace: Workspace, make: Maker) -> list[str]:
    outcome = run_reports(workspace, choose_requests(workspace), make_bundle=make)
    return [request.key for request, _ in outcome.failed]


@pytest.fixture
def failing(write_bundle: Maker) -> Maker:
    """A generator that fails for one agreement only."""

    def make(work: Path, job: dict[str, Any], **given: Any) -> Path:
        if job["parameters"].get("agreement") == "A-1":
            raise ReportError("notebook_timeout", cell=4, seconds=300)
        return write_bundle(work, job)

    return make


def test_a_failure_is_told_once_and_so_is_its_recovery(
    workspace: Workspace, failing: Maker, write_bundle: Maker, start: Callable[..., Any]
) -> None:
    server, box = start()
    for make in (failing, failing, write_bundle, write_bundle):
        send_news(workspace, _run(workspace, make), server)
    assert box.subjects == ["Prov: 1 rapport misslyckades", "Prov: 1 rapport fungerar igen"]
    assert f"Uppföljning: Avtal A-1 (A-1), tertial 2 2026 [{FOLLOW_UP}]" in box.bodies[0]
    assert "tog mer än 300 sekunder" in box.bodies[0]
    assert "partnership run --failed" in box.bodies[0]
    assert FOLLOW_UP in box.bodies[1]
    assert "--failed" not in box.bodies[1]


def test_one_run_sends_one_mail_however_many_reports_fail(workspace: Workspace, start: Callable[..., Any]) -> None:
    def fail(*_: object, **__: object) -> Path:
        raise ReportError("report_timeout", seconds=900)

    server, box = start()
    send_news(workspace, _run(workspace, fail), server)
    assert box.subjects == ["Prov: 3 rapporter misslyckades"]
    assert box.bodies[0].count("tog mer än 900 sekunder") == 3


def test_what_still_fails_is_in_the_next_mail_that_has_something_new(
    workspace: Workspace, failing: Maker, start: Callable[..., Any]
) -> None:
    def fail(*_: object, **__: object) -> Path:
        raise ReportError("report_timeout", seconds=900)

    server, box = start()
    send_news(workspace, _run(workspace, fail), server)
    send_news(workspace, _run(workspace, failing), server)
    assert box.subjects[1] == "Prov: 2 rapporter fungerar igen"
    assert "misslyckas fortfarande" in box.bodies[1]
    assert box.bodies[1].index("fungerar igen:") < box.bodies[1].index("tog mer än 300 sekunder")


def test_the_mail_speaks_the_language_of_the_workspace(
    workspace: Workspace, failing: Maker, start: Callable[..., Any]
) -> None:
    server, box = start()
    english = replace(workspace, language="en")
    send_news(english, _run(english, failing), server)
    assert box.subjects == ["Prov: 1 report failed"]
    assert "This report could not be made:" in box.bodies[0]


def test_a_mail_that_could_not_be_sent_is_tried_again_by_the_next_run(
    workspace: Workspace, failing: Maker, start: Callable[..., Any]
) -> None:
    server, box = start()
    nowhere = replace(server, host="127.0.0.1", port=1)
    with pytest.raises(PartnershipError) as told:
        send_news(workspace, _run(workspace, failing), nowhere)
    assert told.value.code == "mail_not_sent"
    send_news(workspace, _run(workspace, failing), server)
    assert box.subjects == ["Prov: 1 rapport misslyckades"]


def test_without_a_mail_server_nothing_counts_as_told(
    workspace: Workspace, failing: Maker, start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARTNERSHIP_SMTP_HOST", raising=False)
    assert send_news(workspace, _run(workspace, failing)) is None
    server, box = start()
    send_news(workspace, _run(workspace, failing), server)
    assert len(box.mails) == 1

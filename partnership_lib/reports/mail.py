"""Sends one mail through the municipality's mail server, which the environment names; secrets stay there."""

from __future__ import annotations

import os
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from partnership_lib.errors import ReportError, UsageError

_PREFIX = "PARTNERSHIP_"
SECURITY = {"starttls": 587, "tls": 465, "none": 25}
"""How the connection is protected, and the usual port of each."""

_SECONDS = 30.0
_AUTHENTICATED = 235


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, and from whom to whom.

    Attributes
    ----------
    security : str
        ``starttls`` (default), ``tls`` from the first byte, or ``none`` for a relay on the same network.
    password : str
        Never part of a text that anybody reads.
    authority : str or None
        File with the certificates of the authority that the server's is signed by, where it is the municipality's own.
    """

    host: str
    port: int
    security: str
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str | None = None


def mail_server(environment: Mapping[str, str] | None = None) -> MailServer | None:
    """Return the mail server that the environment names, None where it names none.

    ``PARTNERSHIP_SMTP_HOST``, ``_PORT``, ``_SECURITY``, ``_USER``, ``_PASSWORD``, ``_CA_FILE`` and
    ``PARTNERSHIP_MAIL_FROM``, ``PARTNERSHIP_MAIL_TO`` (addresses with commas between).

    Raises
    ------
    UsageError
        ``mail_setting_missing``, ``mail_setting_wrong``, or ``mail_login_unprotected`` for a password that would travel
        in the open.
    """
    said = os.environ if environment is None else environment
    given = {name.removeprefix(_PREFIX): value.strip() for name, value in said.items() if name.startswith(_PREFIX)}
    if not given.get("SMTP_HOST"):
        return None
    recipients = tuple(part.strip() for part in given.get("MAIL_TO", "").split(",") if part.strip())
    for name, value in {"MAIL_FROM": given.get("MAIL_FROM"), "MAIL_TO": recipients}.items():
        if not value:
            raise UsageError("mail_setting_missing", setting=_PREFIX + name)
    security = given.get("SMTP_SECURITY") or "starttls"
    if security not in SECURITY:
        raise _wrong("SMTP_SECURITY", security, ", ".join(SECURITY))
    port = given.get("SMTP_PORT") or str(SECURITY[security])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise _wrong("SMTP_PORT", port, "1-65535")
    user, password = given.get("SMTP_USER", ""), given.get("SMTP_PASSWORD", "")
    if user and security == "none":
        raise UsageError("mail_login_unprotected", setting=_PREFIX + "SMTP_SECURITY", allowed="starttls, tls")
    return MailServer(
        given["SMTP_HOST"], int(port), security, given["MAIL_FROM"], recipients, user, password,
        given.get("SMTP_CA_FILE") or None,
    )  # fmt: skip


def _wrong(name: str, found: str, allowed: str) -> UsageError:
    return UsageError("mail_setting_wrong", setting=_PREFIX + name, found=found, allowed=allowed)


def send_mail(server: MailServer, subject: str, body: str) -> None:
    """Hand in one mail to all recipients.

    Raises
    ------
    ReportError
        ``mail_not_sent`` with what the server, or the network, answered.
    """
    try:
        message = _message(server, subject, body)
        with _connected(server) as connection:
            if server.user:
                _log_in(connection, server)
            refused = connection.send_message(message)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise ReportError("mail_not_sent", host=server.host, port=server.port, reason=_told(error, server)) from None
    if refused:  # some got it, and who did not must be known
        raise ReportError("mail_not_sent", host=server.host, port=server.port, reason=", ".join(sorted(refused)))


def _message(server: MailServer, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = server.sender
    message["To"] = ", ".join(server.recipients)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2].strip(" >") or None)
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it
    message.set_content(body)
    return message


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == "none":
        return smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    context = ssl.create_default_context(cafile=server.authority)
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        connection.starttls(context=context)
    except BaseException:
        connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, server: MailServer) -> None:
    if (server.user + server.password).isascii():
        connection.login(server.user, server.password)
        return
    # smtplib knows no other letters in passwords than those of ASCII; RFC 4616 has them in UTF-8.
    connection.ehlo_or_helo_if_needed()
    secret = b64encode(f"\0{server.user}\0{server.password}".encode()).decode("ascii")
    code, answer = connection.docmd("AUTH", f"PLAIN {secret}")
    if code != _AUTHENTICATED:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _told(error: Exception, server: MailServer) -> str:
    """Return what went wrong on one line, without the password, whoever may have repeated it."""
    told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return told.replace(server.password, "***") if server.password else told

"""A real mail server on this machine that keeps what it gets and can be told to refuse."""

from __future__ import annotations

import contextlib
import email
import email.policy
import ssl
from collections.abc import Iterator
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "dialer", "p@ss/word:1"


class MailServer:
    """`got` holds the messages; `answers` are given instead of taking one, the first first."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.to: list[str] = []
        self.answers: list[str] = []
        self.logged_in = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.got.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.to += envelope.rcpt_tos
        return "250 OK"

    def check(self, server, session, envelope, mechanism, data) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        self.logged_in += good
        return AuthResult(success=good, handled=good)


class _AnyPort(Controller):
    """Asked for port 0, it looks for itself there unless it is told which port it got."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def serving(starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> Iterator[tuple]:
    """The server and its port."""
    mails = MailServer()
    options = {"authenticator": mails.check, "auth_require_tls": False}
    if starttls:
        options |= {"tls_context": starttls, "require_starttls": True}
    controller = _AnyPort(mails, hostname="127.0.0.1", port=0, ssl_context=tls, **options)
    controller.start()
    try:
        yield mails, controller.port
    finally:
        controller.stop()

"""E-mail by the server in SMTP_URL: `smtp://` with STARTTLS where the server offers it, `smtps://` with TLS at once.

A password never travels in the clear, except to this very machine. A message that is sent again has the same
Message-ID, so that a mail program shows it once.
"""

from __future__ import annotations

import dataclasses
import hashlib
import html
import ipaddress
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from soi_dialer.notify.message import Link, Message, NotSent

TIMEOUT_SECONDS = 10.0
_PORTS = {"smtp": 587, "smtps": 465}

_NO_SERVER = "There is no mail server. Set SMTP_URL to send e-mail."
_BAD_URL = "SMTP_URL cannot be used; write it like smtp://user:password@host:587."
_NO_ANSWER = "The mail server took the message and did not say that it will deliver it."
_CLEAR = "The mail server offers no encryption, so the password was not sent. Use smtps:// or another server."


def send_mail(smtp_url: str, to: str, message: Message, tls: ssl.SSLContext | None = None) -> None:
    """Hand the message to the mail server, which answers for it from then on.

    Raises:
        NotSent: the server cannot be used (for good), could not be reached, or refused.
    """
    if not smtp_url:
        raise NotSent(_NO_SERVER, may_retry=False)
    parts = urlsplit(smtp_url)
    try:
        server = (parts.hostname, parts.port or _PORTS[parts.scheme])
        mail = _mail(_sender(parts), to, message)
    except (KeyError, ValueError):
        raise NotSent(_BAD_URL, may_retry=False) from None
    progress = Progress()
    try:
        with _connect(parts.scheme, server, tls or ssl.create_default_context()) as connection:
            connection.progress = progress
            _log_in(connection, parts)
            connection.send_message(mail)
    except smtplib.SMTPException as error:
        if not progress.is_taken:  # how the server says good-bye is nothing to us
            raise _refused(error, progress) from None
    except (OSError, ValueError) as error:
        if not progress.is_taken:
            raise _not_reached(error, progress) from None


@dataclasses.dataclass(slots=True)
class Progress:
    """How far a message has got. Between the two nobody knows whose it is."""

    is_under_way: bool = False
    is_taken: bool = False


class _Watched(smtplib.SMTP):
    """Tells how far the message has got."""

    progress: Progress

    def data(self, msg: bytes | str) -> tuple[int, bytes]:
        self.progress.is_under_way = True
        answer = super().data(msg)
        self.progress.is_taken, self.progress.is_under_way = answer[0] == 250, False
        return answer


class _WatchedTls(_Watched, smtplib.SMTP_SSL):
    """The same with TLS at once."""


def _connect(scheme: str, server: tuple[str, int], tls: ssl.SSLContext) -> _Watched:
    if scheme == "smtps":
        return _WatchedTls(*server, timeout=TIMEOUT_SECONDS, context=tls)
    connection = _Watched(*server, timeout=TIMEOUT_SECONDS)
    try:
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=tls)
            connection.ehlo()
    except BaseException:
        connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, parts: SplitResult) -> None:
    if not parts.username:
        return
    if not isinstance(connection.sock, ssl.SSLSocket) and not _is_this_machine(parts.hostname):
        raise NotSent(_CLEAR, may_retry=False)
    connection.login(unquote(parts.username), unquote(parts.password or ""))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sender(parts: SplitResult) -> str:
    """`?from=` of the address, else the user when that is an e-mail address, else a name at the server's host."""
    named = parse_qs(parts.query).get("from", [""])[0]
    user = unquote(parts.username or "")
    return named or (user if "@" in user else f"soi_dialer@{parts.hostname}")


def _mail(sender: str, to: str, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"soi_dialer <{sender}>", to, " ".join(message.subject.split())
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine shall answer it
    if message.at is not None:
        mail["Date"] = format_datetime(message.at)
    if message.key:
        digest = hashlib.sha256(f"{message.key} {to}".encode()).hexdigest()[:32]
        mail["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    mail.set_content(plain_text(message))
    mail.add_alternative(message.html or _html(message), subtype="html")
    for picture in message.pictures:
        page = mail.get_body(("html",))
        page.add_related(picture.png, "image", "png", cid=f"<{picture.name}>", disposition="inline")
    return mail


def plain_text(message: Message) -> str:
    """The words, then each link on a line of its own."""
    return "\n\n".join([message.text, *(f"{link.label}:\n{link.url}" for link in message.links)]) + "\n"


def _html(message: Message) -> str:
    blocks = [f"<p>{html.escape(block).replace(chr(10), '<br>')}</p>" for block in message.text.split("\n\n")]
    body = "".join(blocks + [_html_link(link) for link in message.links])
    return f"<!doctype html><html><body>{body}</body></html>"


def _html_link(link: Link) -> str:
    return f'<p><a href="{html.escape(link.url, quote=True)}">{html.escape(link.label)}</a></p>'


def _refused(error: smtplib.SMTPException, progress: Progress) -> NotSent:
    """The server's numbers: 4xx is "not now", 5xx "not this" (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPServerDisconnected) and progress.is_under_way:
        return NotSent(_NO_ANSWER, may_retry=True, may_have_arrived=True)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent("The mail server did not take the user name and password in SMTP_URL.", may_retry=False)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((answer[0] for answer in error.recipients.values()), default=0)
    else:
        code = getattr(error, "smtp_code", 0)
    if 500 <= code < 600:
        return NotSent(f"The mail server refused the message ({code}).", may_retry=False)
    return NotSent("The mail server did not take the message just now.", may_retry=True)


def _not_reached(error: Exception, progress: Progress) -> NotSent:
    if progress.is_under_way:
        return NotSent(_NO_ANSWER, may_retry=True, may_have_arrived=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotSent("The mail server's certificate is not to be trusted.", may_retry=False)
    return NotSent("The mail server could not be reached.", may_retry=True)

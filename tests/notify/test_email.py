from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime

import pytest
import trustme

from soi_dialer.notify.email import send_mail
from soi_dialer.notify.message import Link, Message, NotSent, Picture
from tests.notify.mail_server import PASSWORD, USER, serving

AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
MESSAGE = Message(
    "Call Jane back", "Jane Doe left a message.\n\nShe <b>waits</b>.", "Jane", (Link("Call", "https://d.example/r/x"),),
    key="reminder 7", at=AT,
)  # fmt: skip
LOGIN = "dialer:p%40ss%2Fword%3A1"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certified(authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def trusting(authority) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_a_message_arrives_as_text_and_as_html_with_its_links():
    with serving() as (mails, port):
        send_mail(f"smtp://127.0.0.1:{port}?from=dialer@example.com", "owner@example.com", MESSAGE)
    (mail,) = mails.got
    assert mails.to == ["owner@example.com"]
    assert (mail["Subject"], mail["From"]) == ("Call Jane back", "soi_dialer <dialer@example.com>")
    assert "Jane Doe left a message." in mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    assert "She &lt;b&gt;waits&lt;/b&gt;." in page and 'href="https://d.example/r/x"' in page
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_message_that_is_sent_again_has_the_same_message_id_and_another_one_does_not():
    other = Message("Call Bob back", "Bob", "Bob", key="reminder 8", at=AT)
    with serving() as (mails, port):
        for message in (MESSAGE, MESSAGE, other):
            send_mail(f"smtp://127.0.0.1:{port}", "owner@example.com", message)
    first, again, another = (mail["Message-ID"] for mail in mails.got)
    assert first == again != another


def test_the_password_is_taken_from_the_setting_and_travels_encrypted(certified, trusting):
    with serving(starttls=certified) as (mails, port):
        send_mail(f"smtp://{LOGIN}@127.0.0.1:{port}", "owner@example.com", MESSAGE, trusting)
    assert (len(mails.got), mails.logged_in) == (1, 1)
    assert PASSWORD == "p@ss/word:1" and USER == "dialer"


def test_a_server_with_tls_from_the_first_byte_is_used(certified, trusting):
    with serving(tls=certified) as (mails, port):
        send_mail(f"smtps://{LOGIN}@127.0.0.1:{port}", "owner@example.com", MESSAGE, trusting)
    assert (len(mails.got), mails.logged_in) == (1, 1)


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(certified):
    with serving(starttls=certified) as (mails, port), pytest.raises(NotSent, match="certificate") as caught:
        send_mail(f"smtp://{LOGIN}@127.0.0.1:{port}", "owner@example.com", MESSAGE)
    assert (mails.got, mails.logged_in, caught.value.may_retry) == ([], 0, False)


def test_a_wrong_password_is_said_and_not_tried_again():
    with serving() as (mails, port), pytest.raises(NotSent, match="user name and password") as caught:
        send_mail(f"smtp://dialer:wrong@127.0.0.1:{port}", "owner@example.com", MESSAGE)
    assert (mails.got, caught.value.may_retry) == ([], False)
    assert "wrong" not in caught.value.reason


@pytest.mark.parametrize(("answer", "may_retry"), [("451 Later", True), ("550 No such mailbox", False)])
def test_not_now_is_tried_again_and_not_this_is_not(answer: str, may_retry: bool):
    with serving() as (mails, port), pytest.raises(NotSent) as caught:
        mails.answers = [answer]
        send_mail(f"smtp://127.0.0.1:{port}", "owner@example.com", MESSAGE)
    assert caught.value.may_retry is may_retry


def test_a_server_that_is_not_there_is_tried_again():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        with pytest.raises(NotSent) as caught:
            send_mail(f"smtp://127.0.0.1:{held.getsockname()[1]}", "owner@example.com", MESSAGE)
    assert caught.value.may_retry


@pytest.mark.parametrize("url", ["", "smtp://host:99999", "gopher://host"])
def test_without_a_usable_server_it_says_so_once(url: str):
    with pytest.raises(NotSent, match="SMTP_URL") as caught:
        send_mail(url, "owner@example.com", MESSAGE)
    assert not caught.value.may_retry


def test_a_page_of_its_own_and_its_pictures_travel_with_the_words():
    picture = Picture("talk", b"\x89PNG and the rest")
    message = Message("Your week", "In words", "", html='<p><img src="cid:talk" alt="Talk"></p>', pictures=(picture,))
    with serving() as (mails, port):
        send_mail(f"smtp://127.0.0.1:{port}", "owner@example.com", message)
    (mail,) = mails.got
    assert mail.get_body(("plain",)).get_content().strip() == "In words"
    assert mail.get_body(("html",)).get_content().strip() == message.html
    (part,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert (part["Content-ID"], part.get_content()) == ("<talk>", picture.png)


def _hangs_up(script: list[bytes], then: bytes = b"") -> tuple[socket.socket, threading.Thread]:
    """A server that answers so many lines, takes a message after the last, says `then` and is gone."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as connection, connection.makefile("rwb") as lines:
            lines.write(b"220 here\r\n")
            for answer in script:
                lines.flush()
                lines.readline()
                lines.write(answer)
            lines.flush()
            while script[-1].startswith(b"354") and lines.readline() not in (b".\r\n", b""):
                pass
            lines.write(then)
            lines.flush()

    thread = threading.Thread(target=serve)
    thread.start()
    return listening, thread


_UP_TO_DATA = [b"250 here\r\n", b"250 sender\r\n", b"250 receiver\r\n", b"354 go on\r\n"]


@pytest.mark.parametrize(("script", "may_have_arrived"), [(_UP_TO_DATA, True), (_UP_TO_DATA[:2], False)])
def test_a_server_that_is_gone_before_its_answer_may_have_the_message(script: list[bytes], may_have_arrived: bool):
    listening, thread = _hangs_up(script)
    with pytest.raises(NotSent) as failed:
        send_mail(f"smtp://127.0.0.1:{listening.getsockname()[1]}", "owner@example.com", MESSAGE)
    thread.join()
    assert (failed.value.may_retry, failed.value.may_have_arrived) == (True, may_have_arrived)


def test_a_server_that_is_gone_after_its_answer_has_the_message():
    listening, thread = _hangs_up(_UP_TO_DATA, then=b"250 taken\r\n")
    send_mail(f"smtp://127.0.0.1:{listening.getsockname()[1]}", "owner@example.com", MESSAGE)
    thread.join()

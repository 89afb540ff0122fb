"""The mail on Monday: one for each agent and week, by a real mail server, whatever dies meanwhile."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from soi_dialer.flows import weekly_mail
from soi_dialer.flows.keep_callback import open_callback
from soi_dialer.flows.weekly_mail import send_time, send_weekly_mails
from soi_dialer.notify.message import NotSent
from soi_dialer.store import agents, claims, weekly_mails
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import weekly_mail as mails
from tests.notify.mail_server import serving
from tests.report.rows import add_call
from tests.world import World, make_world

MONDAY_AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
"""Half past seven in New York."""

LAST_WEEK = date(2026, 11, 16)


@pytest.fixture
def world(tmp_path, database_url) -> Iterator[World]:
    made = make_world(tmp_path, database_url, SMTP_URL="smtp://127.0.0.1:9")
    made.now = MONDAY_AT
    for scope in (made.people.teammate, made.people.stranger):
        change(made, scope, weekly_mail=False)
    yield made
    made.close()


def change(world: World, scope: Scope, **values) -> None:
    with world.dialer.db.write() as conn:
        agents.update(conn, scope.agent_id, **values)


def rows(world: World) -> list:
    with world.dialer.db.read() as conn:
        return list(conn.execute(select(mails)).mappings())


class Sent:
    """Takes the place of the mail server; `fails` is raised once each, the first first."""

    def __init__(self, *fails: Exception) -> None:
        self.messages, self.to, self.fails = [], [], list(fails)

    def __call__(self, smtp_url, to, message) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.messages.append(message)
        self.to.append(to)


def on_port(world: World, port: int) -> None:
    settings = dataclasses.replace(world.dialer.settings, smtp_url=f"smtp://127.0.0.1:{port}?from=d@example.com")
    world.dialer = dataclasses.replace(world.dialer, settings=settings)


def test_on_monday_morning_the_week_arrives_with_its_picture(world: World):
    with world.dialer.db.write() as conn:
        add_call(conn, world.owner, datetime(2026, 11, 17, 15, tzinfo=UTC), talk_seconds=4200, agent_leg_seconds=4300)
        add_call(conn, world.people.teammate, datetime(2026, 11, 17, 15, tzinfo=UTC), talk_seconds=99_999)
    open_callback(world.dialer, world.owner, contact_id=world.jane, due_at=world.now + timedelta(hours=1))
    world.wait(hours=2)
    with serving() as (server, port):
        on_port(world, port)
        assert send_weekly_mails(world.dialer) == 1
    (mail,) = server.got
    assert server.to == ["owner@example.com"]
    assert mail["Subject"] == "Your week: 1 h 10 of talk, 1 conversation"
    plain, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert "One person still waits for a call from you: call them first." in plain.get_content()
    assert "Tue, Nov 17: 1 h 10" in plain.get_content()
    assert "https://dialer.example/week/2026-W47" in plain.get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<talk>" and 'src="cid:talk"' in page.get_content()
    assert picture.get_content().startswith(b"\x89PNG") and picture.get_content_disposition() == "inline"
    assert [(row["state"], row["week_on"], row["sent_at"]) for row in rows(world)] == [("sent", LAST_WEEK, world.now)]


def test_there_is_one_in_each_week(world: World):
    sent = Sent()
    for _ in range(4 * 15):
        send_weekly_mails(world.dialer, sent)
        world.wait(hours=6)
    assert [message.key for message in sent.messages] == [
        f"week {world.owner.agent_id} {LAST_WEEK + timedelta(weeks=n)}" for n in range(3)
    ]


def test_two_schedulers_send_one(world: World):
    sent = Sent()
    threads = [threading.Thread(target=send_weekly_mails, args=(world.dialer, sent)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent.messages) == 1


def test_a_server_that_says_not_now_is_asked_again_and_told_once(world: World):
    not_now = NotSent("The mail server could not be reached.", may_retry=True)
    sent = Sent(not_now, not_now)
    send_weekly_mails(world.dialer, sent)
    assert [(row["state"], row["problem"]) for row in rows(world)] == [("due", not_now.reason)]
    send_weekly_mails(world.dialer, sent)  # not before a minute has passed
    assert len(sent.fails) == 1
    for _ in range(20):
        world.wait(minutes=1)
        send_weekly_mails(world.dialer, sent)
    assert ([row["state"] for row in rows(world)], len(sent.messages)) == (["sent"], 1)


def test_a_server_that_never_takes_it_is_given_up_with_the_reason(world: World):
    sent = Sent(*[NotSent("The mail server could not be reached.", may_retry=True)] * 9)
    for _ in range(60):
        send_weekly_mails(world.dialer, sent)
        world.wait(minutes=10)
    assert len(sent.fails) == 9 - claims.MOST_TRIES
    assert [(row["state"], row["send_at"]) for row in rows(world)] == [("failed", None)]


@pytest.mark.parametrize(
    "lost", [NotSent("No answer.", may_retry=True, may_have_arrived=True), RuntimeError("a bug of ours")]
)
def test_what_may_have_arrived_is_not_sent_again(world: World, lost: Exception):
    sent = Sent(lost)
    send_weekly_mails(world.dialer, sent)
    world.wait(hours=1)
    send_weekly_mails(world.dialer, sent)
    assert sent.messages == []
    assert [(row["state"], row["problem"]) for row in rows(world)] == [("unknown", weekly_mail.UNKNOWN)]


class Died(BaseException):
    """The process is gone, so nobody writes down what came of it."""


def test_who_dies_with_the_mail_server_is_not_followed_by_another_who_sends(world: World):
    with pytest.raises(Died):
        send_weekly_mails(world.dialer, Sent(Died()))
    send_weekly_mails(world.dialer, sent := Sent())
    assert [row["state"] for row in rows(world)] == ["sending"]
    world.now += claims.LEASE
    send_weekly_mails(world.dialer, sent)
    assert ([row["state"] for row in rows(world)], sent.messages) == (["unknown"], [])


def test_who_dies_before_is_followed_by_another_who_sends(world: World):
    weekly_mail._write_down(world.dialer)
    with world.dialer.db.write() as conn:
        assert weekly_mails.claim(conn, world.now, "somebody who dies")
    send_weekly_mails(world.dialer, sent := Sent())
    assert sent.messages == []
    world.now += claims.LEASE
    send_weekly_mails(world.dialer, sent)
    assert len(sent.messages) == 1


def test_whoever_has_lost_the_lease_sends_nothing(world: World, monkeypatch):
    """It took longer than a lease to make the mail, and another one has it by now."""
    real = weekly_mail.message_about

    def slowly(*given):
        with world.dialer.db.write() as conn:
            weekly_mails.claim(conn, world.now + claims.LEASE, "another one")
        return real(*given)

    monkeypatch.setattr(weekly_mail, "message_about", slowly)
    send_weekly_mails(world.dialer, sent := Sent())
    assert (sent.messages, rows(world)[0]["lease_owner"]) == ([], "another one")


def test_without_a_mail_server_nothing_is_written_down(tmp_path, sqlite_url):
    world = make_world(tmp_path, sqlite_url)
    world.now = MONDAY_AT
    assert (send_weekly_mails(world.dialer), rows(world)) == (0, [])
    world.close()


def test_who_does_not_want_it_is_gone_or_on_leave_gets_none(world: World):
    for values in (
        {"weekly_mail": False},
        {"disabled_at": MONDAY_AT},
        {"leave_from_on": date(2026, 11, 20)},
        {"leave_from_on": date(2026, 11, 20), "leave_until_on": date(2026, 12, 6)},
        {"created_at": MONDAY_AT - timedelta(hours=6)},
    ):
        change(world, world.owner, **values)
        send_weekly_mails(world.dialer, sent := Sent())
        assert (sent.messages, rows(world)) == ([], []), values
        usual = {"weekly_mail": True, "disabled_at": None, "leave_from_on": None, "leave_until_on": None}
        change(world, world.owner, **usual, created_at=MONDAY_AT - timedelta(days=99))


def test_who_switches_it_off_meanwhile_gets_none(world: World):
    send_weekly_mails(world.dialer, Sent(NotSent("Not now.", may_retry=True)))
    change(world, world.owner, weekly_mail=False)
    world.wait(hours=1)
    send_weekly_mails(world.dialer, sent := Sent())
    assert ([row["state"] for row in rows(world)], sent.messages) == (["dropped"], [])


def test_a_week_that_begins_on_another_day_from_now_on_is_not_told_again(world: World):
    change(world, world.owner, first_weekday=6)
    send_weekly_mails(world.dialer, sent := Sent())
    change(world, world.owner, first_weekday=0)
    send_weekly_mails(world.dialer, sent)
    assert [message.key for message in sent.messages] == [f"week {world.owner.agent_id} 2026-11-15"]


def test_when_the_program_was_down_for_half_the_week_none_comes_late(world: World):
    world.now = MONDAY_AT + timedelta(days=3)
    assert send_weekly_mails(world.dialer, Sent()) == 0
    world.now -= timedelta(seconds=1)
    assert send_weekly_mails(world.dialer, Sent()) == 1


@pytest.mark.parametrize(
    ("hours", "more", "at"),
    [
        ("Mon-Fri 09:00-17:00", {}, "2026-11-23T07:30-05:00"),
        ("Mon-Fri 06:00-14:00", {}, "2026-11-23T06:00-05:00"),
        ("Wed-Fri 09:00-17:00", {}, "2026-11-25T07:30-05:00"),
        ("Mon-Fri 09:00-17:00", {"time_zone": "Asia/Kathmandu"}, "2026-11-23T07:30+05:45"),
        ("Thu 09:00-17:00", {"holidays": "US"}, None),  # Thanksgiving
        ("Mon-Fri 09:00-17:00", {"leave_from_on": date(2026, 11, 20), "leave_until_on": date(2026, 11, 24)},
         "2026-11-25T07:30-05:00"),
    ],
)  # fmt: skip
def test_it_goes_out_on_the_first_working_day_before_work_begins(hours: str, more: dict, at: str | None):
    agent = {"working_hours": hours, "time_zone": "America/New_York", "holidays": ""}
    agent |= {"leave_from_on": None, "leave_until_on": None} | more
    found = send_time(agent, date(2026, 11, 23))
    assert found == (at and datetime.fromisoformat(at))

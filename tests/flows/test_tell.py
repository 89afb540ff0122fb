from __future__ import annotations

from datetime import timedelta

import pytest

from soi_dialer.carrier.errors import Refused, Unsure
from soi_dialer.flows import reminder_tokens
from soi_dialer.flows.keep_callback import open_callback, waive
from soi_dialer.flows.reminder_message import message_of
from soi_dialer.flows.tell import LONGEST_TEXT, tell, text_of
from soi_dialer.notify.message import Link, Message, NotSent
from soi_dialer.store import agents
from tests.fakes import UNSURE
from tests.notify.mail_server import serving
from tests.world import World, make_world

SECRET = "a secret key for tests"


def agent(world: World):
    with world.dialer.db.read() as connection:
        return agents.get(connection, world.owner.agent_id)


def row(world: World, callback_id: int | None, rung: str = "due") -> dict:
    scope = world.owner
    return {
        "id": 7, "office_id": scope.office_id, "agent_id": scope.agent_id, "about_agent_id": scope.agent_id,
        "callback_id": callback_id, "rung": rung, "rung_at": world.now,
    }  # fmt: skip


def message(world: World, of: dict) -> Message | None:
    with world.dialer.db.read() as connection:
        return message_of(connection, world.dialer.settings, of, world.now)


def owed(world: World, **later: float) -> int:
    due_at = world.now + timedelta(**later)
    return open_callback(world.dialer, world.owner, contact_id=world.jane, due_at=due_at)["id"]


def test_a_text_names_the_person_by_first_name_alone_and_has_a_link(world: World):
    said = message(world, row(world, owed(world, hours=-0)))
    assert said.short == "Jane waits for your call. It is due now."
    assert "Doe" not in text_of(said) and "555" not in said.short
    tell(world.dialer, "sms", agent(world), said)
    ((to, from_, body),) = world.carrier.texts
    assert (to, from_) == (agent(world)["phone"], "+12025550100")
    assert body.startswith("Jane waits") and "https://dialer.example/r/" in body


def test_an_e_mail_tells_who_waits_and_since_when(tmp_path, sqlite_url):
    with serving() as (mails, port):
        world = make_world(tmp_path, sqlite_url, SMTP_URL=f"smtp://127.0.0.1:{port}")
        callback_id = owed(world, hours=1)
        world.wait(hours=3)
        tell(world.dialer, "email", agent(world), message(world, row(world, callback_id, "due_1h")))
        world.close()
    assert mails.got[0]["Subject"] == "Jane Doe still waits for your call, due since 11:00 am."
    assert mails.to == ["owner@example.com"]


def test_the_link_of_a_text_is_never_cut():
    link = Link("Call", "https://dialer.example/r/" + "x" * 100)
    body = text_of(Message("s", "t", "y" * 1000, (link,)))
    assert len(body) == LONGEST_TEXT and body.endswith(link.url)


def test_a_number_that_answered_stop_turns_its_channel_off(world: World):
    world.carrier.text_errors = [Refused("stopped", 21610)]
    with pytest.raises(NotSent, match="STOP") as caught:
        tell(world.dialer, "sms", agent(world), Message("s", "t", "short"))
    assert (caught.value.may_retry, caught.value.is_off) == (False, True)


@pytest.mark.parametrize(
    ("error", "may_retry"),
    [(UNSURE, False), (Unsure("?", 20500), False), (Refused("later", 20429, may_retry=True), True)],
)
def test_a_text_is_sent_again_only_when_it_surely_was_not_sent(world: World, error, may_retry: bool):
    world.carrier.text_errors = [error]
    with pytest.raises(NotSent) as caught:
        tell(world.dialer, "sms", agent(world), Message("s", "t", "short"))
    assert caught.value.may_retry is may_retry


def test_nothing_is_said_about_a_callback_that_was_closed_meanwhile(world: World):
    callback_id = owed(world, hours=1)
    waive(world.dialer, world.owner, callback_id, "met in town")
    assert message(world, row(world, callback_id)) is None


def test_a_digest_lists_what_is_owed_and_is_silent_when_nothing_is(world: World):
    assert message(world, row(world, None, "digest")) is None
    owed(world, hours=1)
    said = message(world, row(world, None, "digest"))
    assert said.short == "1 person waits for a call from you."
    assert "- Jane Doe, due at 11:00 am" in said.text and said.links[0].url == "https://dialer.example/callbacks"


def test_a_link_is_for_one_agent_and_one_thing_and_ends_after_three_days(world: World):
    token = reminder_tokens.callback_token(SECRET, 5, 9, world.now)
    opened = reminder_tokens.open_callback_token(SECRET, token, world.now + timedelta(days=2, hours=23))
    assert (opened.agent_id, opened.about_id) == (5, 9)
    assert reminder_tokens.open_callback_token(SECRET, token, world.now + timedelta(days=3)) is None
    assert reminder_tokens.open_sound_token(SECRET, token, world.now) is None
    assert reminder_tokens.open_callback_token(SECRET + "!", token, world.now) is None
    for position in range(len(token)):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        opened = reminder_tokens.open_callback_token(SECRET, changed, world.now)
        assert opened is None or changed[:-1] == token[:-1]  # the last character has two bits that say nothing

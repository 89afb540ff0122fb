"""What stands beside a call: what is known about the person, what to catch up on, openings, and the ask."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection

from soi_dialer.domain import conversation, phone, scripts
from soi_dialer.domain.conversation import CATCH_UP, OPENINGS, OTHER_NAMES, Talk
from soi_dialer.domain.fact_kinds import ASK_NEXT, OPENING, kind_of
from soi_dialer.domain.fact_words import day_words
from soi_dialer.store import callbacks, conversations
from soi_dialer.store import scripts as own_scripts
from soi_dialer.web import page

MOST_FACTS = 20


class CatchUp(NamedTuple):
    """One thing to catch up on: what to ask, and what was noted in this call."""

    kind: str
    label: str
    questions: list[str]
    noted: list[str]


class Guide(NamedTuple):
    """All of it. `last` is the talk before this one; `near` are (label, text, days until then)."""

    last: Any
    owed: Any
    ask_next: list[Any]
    known: list[tuple[str, str]]
    household: list[Any]
    near: list[tuple[str, str, int]]
    catch_up: list[CatchUp]
    openings: list[tuple[Any, str, bool]]  # the opening, the words for it, whether it was tagged in this call
    is_unlocked: bool
    asked: bool
    led: bool
    since: tuple[int, bool]  # talks since the last ask, and whether there was one
    ask_words: str


def guide(conn: Connection, person: Any, call: Any = None) -> Guide:
    """For a call with this person, or, without one, before it."""
    scope, contact_id = page.scope(), person["id"]
    rows = conversations.facts(conn, scope, contact_id)
    had = conversations.talks(conn, scope, contact_id)
    mates = conversations.household(conn, scope, person["household_id"], contact_id) if person["household_id"] else []
    texts, values = scripts.texts(own_scripts.own(conn, scope)), filling(person, call)
    call_id = call["id"] if call else None
    talks = [Talk(row["id"], row["asked_at"] is not None) for row in had]
    learnt = {row["call_id"] for row in rows if row["call_id"] and row["kind"] in CATCH_UP}
    unlocked = conversation.caught_up(call_id, talks, learnt)
    asked = bool(call and call["asked_at"])
    open_facts = [row for row in rows if row["done_at"] is None]
    return Guide(
        last=next((row for row in had if row["id"] != call_id), None),
        owed=callbacks.open_for_contact(conn, scope, contact_id),
        ask_next=[row for row in open_facts if row["kind"] == ASK_NEXT],
        known=[(kind_of(row["kind"]).label, _told(row)) for row in open_facts if row["kind"] != ASK_NEXT][:MOST_FACTS],
        household=mates,
        near=_near(open_facts),
        catch_up=[_catch_up(kind, open_facts, call_id, texts, values) for kind in CATCH_UP],
        openings=[_opening(one, rows, call_id, texts, values) for one in OPENINGS.values()],
        is_unlocked=unlocked,
        asked=asked,
        led=conversation.led_with_the_ask(asked, unlocked),
        since=conversation.talks_since_ask(call_id, talks),
        ask_words=scripts.filled(texts["ask"], values),
    )


def voicemail_words(conn: Connection, person: Any, call: Any) -> str | None:
    """What to say to a machine, while their phone rings and until a person has answered; None at other times."""
    rings = call["direction"] == "outbound" and call["state"] in ("ringing_contact", "talking")
    if not rings or call["outcome"] or call["answered_by"] == "human" or person is None:
        return None
    texts = scripts.texts(own_scripts.own(conn, page.scope()))
    return scripts.filled(texts["voicemail"], filling(person, call))


def filling(person: Any, call: Any = None) -> dict[str, str]:
    """What the placeholders of a text become for this person."""
    agent = page.agent()
    number = (call["twilio_number"] if call else "") or agent["twilio_number"] or agent["phone"]
    first_name = "" if person["named_by_number"] else person["name"].split()[0]
    return {"{name}": first_name, "{my_name}": agent["name"], "{my_number}": phone.display(number) if number else ""}


def _told(row: Any) -> str:
    day = day_words(row["about_on"], row["month_day"])
    return f"{row['text']} ({day})" if day and row["text"] else row["text"] or day


def _near(rows: list[Any]) -> list[tuple[str, str, int]]:
    today = page.today()
    days = [(row, conversation.is_near(row["month_day"], today)) for row in rows]
    near = [(kind_of(row["kind"]).label, row["text"], left) for row, left in days if left is not None]
    return sorted(near, key=lambda one: one[2])


def _catch_up(kind: str, rows: list[Any], call_id: int | None, texts: dict, values: dict) -> CatchUp:
    """What was noted in this very call is no question any more."""
    mine = [row for row in rows if OTHER_NAMES.get(row["kind"], row["kind"]) == kind]
    noted = [row["text"] for row in mine if call_id is not None and row["call_id"] == call_id]
    known = [row["text"] for row in mine if call_id is None or row["call_id"] != call_id]
    return CatchUp(kind, CATCH_UP[kind], conversation.questions(kind, known, texts, values), noted)


def _opening(one: Any, rows: list[Any], call_id: int | None, texts: dict, values: dict) -> tuple[Any, str, bool]:
    mine = (row for row in rows if call_id is not None and row["call_id"] == call_id)
    tagged = any(row["kind"] == OPENING and row["text"] == one.fact for row in mine)
    return one, scripts.filled(texts[one.script], values), tagged

"""Fill an empty installation with an invented agent, forty people and eight weeks of calls, and with three colleagues.

Every call is kept as the facts that the carrier would have told and goes through the same fold as a real one, so that
each figure can be opened down to its facts, and callbacks open and close by the same rules.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2.exceptions import VerificationError
from sqlalchemy import Connection, update

from config import secrets
from soi_dialer.dialer import Dialer
from soi_dialer.domain.callback import Event
from soi_dialer.domain.wall_clock import local_date
from soi_dialer.flows import owe_callback, touch
from soi_dialer.flows.demo import circles, closer, colleagues, earlier, elsewhere
from soi_dialer.flows.demo.people import PEOPLE, WAIVERS, numbers
from soi_dialer.flows.demo.script import Script
from soi_dialer.flows.demo.sent import add_referrals
from soi_dialer.flows.demo.telling import Sphere, tell
from soi_dialer.flows.demo.weeks import WEEKS, Weeks
from soi_dialer.flows.passwords import HASHER, hash_password
from soi_dialer.store import agents, callbacks, contacts, facts, voicemails
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call as call_table

NAME, EMAIL, PHONE, TIME_ZONE = "Alex Morgan", "demo@example.com", "+12025550123", "America/New_York"
OFFICE = "Demo"
_KNOWN_FOR = timedelta(weeks=WEEKS + 18)

Speak = Callable[[str, int], bytes]
"""Gives a WAV file of so many seconds in which the words are heard."""


@dataclasses.dataclass(frozen=True, slots=True)
class Demo:
    """How a newcomer signs in."""

    email: str
    password: str = dataclasses.field(repr=False)


def seed_demo(dialer: Dialer, speak: Speak | None = None) -> Demo | None:
    """Demo data where there is no agent yet; returns the sign-in, also when the demo was there before.

    None when the installation belongs to somebody, or when the demo's password was changed. Without `speak` the
    voicemails have their words but no sound.
    """
    password = secrets.keep(dialer.settings.data_dir, "demo_password", 5)
    with dialer.db.write() as conn:
        there = agents.by_email(conn, EMAIL)
        if there is None:
            if agents.all_active(conn):
                return None
            _seed(dialer, conn, password, speak)
            return Demo(EMAIL, password)
    return Demo(EMAIL, password) if _opens(there, password) else None


def _opens(agent: Mapping, password: str) -> bool:
    try:
        return HASHER.verify(agent["password_hash"], password)
    except VerificationError:
        return False


def _seed(dialer: Dialer, conn: Connection, password: str, speak: Speak | None) -> None:
    now = dialer.clock()
    scope = _add_agent(conn, password, now - _KNOWN_FOR)
    people = [_add_person(conn, scope, index, now - _KNOWN_FOR) for index in range(len(PEOPLE))]
    sphere = Sphere(scope, PHONE, [(person, numbers(index)[0]["number"]) for index, person in enumerate(people)])
    circles.add(conn, scope, people, now)
    dice, zone = random.Random(1), ZoneInfo(TIME_ZONE)
    for index, values in earlier.days(local_date(now, zone)):
        facts.add(conn, scope, people[index], values, now)
    scripts = [Script(planned, dice) for planned in [*earlier.talks(now, zone), *Weeks(now, zone).calls]]
    told = 0
    missed = [place for place, script in enumerate(scripts) if script.call.outcome == "missed"]
    for place, reason in zip(missed, WAIVERS, strict=False):  # the first few; later ones are returned or still owed
        tell(dialer, conn, sphere, scripts[told : place + 1])
        _waive(conn, scope, people, scripts[place], reason)
        told = place + 1
    tell(dialer, conn, sphere, scripts[told:])
    for script in scripts:
        if script.call.outcome == "voicemail":
            _keep_audio(dialer, conn, script, speak, now)
    _promise(conn, scope, people[26], now)
    elsewhere.add(dialer, conn, scope, people, now, zone)
    closer.add(conn, scope, people, scripts)
    add_referrals(conn, scope, people, local_date(now, zone), now)
    touch.refresh(conn, people)
    colleagues.add(dialer, conn, scope.office_id, now)
    conn.execute(update(call_table).values(reconcile_at=None))


def _add_agent(conn: Connection, password: str, now: datetime) -> Scope:
    office_id = agents.first_office(conn, OFFICE, now)
    values = {"name": NAME, "email": EMAIL, "phone": PHONE, "time_zone": TIME_ZONE, "created_at": now}
    values["role"] = "lead"  # so that the team's page has a team to show
    agent_id = agents.insert(conn, office_id=office_id, password_hash=hash_password(password), **values)
    return Scope(office_id, agent_id)


def _add_person(conn: Connection, scope: Scope, index: int, now: datetime) -> int:
    person = PEOPLE[index]
    values = {"name": person.name, "email": person.email, "level": person.level, "note": person.note}
    contact_id = contacts.insert(conn, scope, values, numbers(index), now)
    for kind, words in reversed(person.facts):  # the newest is told first
        facts.add(conn, scope, contact_id, {"kind": kind, "text": words}, now)
    return contact_id


def _waive(conn: Connection, scope: Scope, people: list[int], script: Script, reason: str) -> None:
    there = callbacks.open_for_contact(conn, scope, people[script.call.person])
    if there is not None:
        event = Event("waived", script.now + timedelta(minutes=25), reason=reason)
        callbacks.add_event(conn, there["id"], event)
        owe_callback.refold(conn, there["id"])


def _promise(conn: Connection, scope: Scope, contact_id: int, now: datetime) -> None:
    """Something that the agent has set down to do tomorrow."""
    due_at = owe_callback.tomorrow_morning(conn, scope.agent_id, now)
    event = Event("requested", now - timedelta(hours=2), due_at=due_at)
    callback_id = owe_callback.open_or_join(conn, scope, contact_id, None, event)
    callbacks.add_event(conn, callback_id, event)
    owe_callback.refold(conn, callback_id)


def _keep_audio(dialer: Dialer, conn: Connection, script: Script, speak: Speak | None, now: datetime) -> None:
    sid = script.recording_sid
    heard_at = None if now - script.now < timedelta(days=1) else script.now + timedelta(minutes=10)
    if speak is None:
        problem = "The demo was made without sound."
        voicemails.change_by_recording(conn, sid, audio_state="failed", fetch_at=None, audio_problem=problem)
        return
    sound = speak(script.call.words, script.call.seconds)
    relative = Path("voicemails") / f"demo-{sid[-8:]}.wav"
    path = dialer.settings.data_dir / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(sound)
    voicemails.change_by_recording(
        conn,
        sid,
        audio_state="stored",
        audio_path=str(relative),
        audio_type="audio/wav",
        audio_bytes=len(sound),
        audio_sha256=hashlib.sha256(sound).hexdigest(),
        fetch_at=None,
        heard_at=heard_at,
    )

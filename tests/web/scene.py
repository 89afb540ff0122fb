"""A small installation with something on every page, and browsers that are signed in to it."""

from __future__ import annotations

import dataclasses
import re
import secrets
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from app import create_app
from soi_dialer.dialer import Dialer
from soi_dialer.flows.import_batch import receive, rehearse
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.keep_fact import add_fact
from soi_dialer.flows.passwords import hash_password
from soi_dialer.flows.referrals import add_referral
from soi_dialer.flows.sign_in import id_hash
from soi_dialer.flows.today import todays_list
from soi_dialer.store import agents, callbacks, calls, sessions, voicemails
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call_event, callback_event
from soi_dialer.web.sessions import ID_COOKIE
from tests.cast import START, Cast
from tests.fakes import WAV
from tests.world import JANE, World, make_world, start_world

BOOK = b"First Name,Phone 1 - Label,Phone 1 - Value\nIda,* Mobile,3125550142\nJane Doe,,2125550147\nNobody,,\n"
PASSWORD = "correct horse battery"
HOME = "http://127.0.0.1:5000"
"""The browser is on this machine: plain http, as after the first start."""

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclasses.dataclass
class Browser:
    """One person's browser. Forms are sent with the token of the page they stand on."""

    client: FlaskClient

    def get(self, path: str, **more: Any):
        return self.client.get(path, base_url=HOME, **more)

    def token(self, page: str = "/contacts/new") -> str:
        return _TOKEN.search(self.get(page).text)[1]

    def post(self, path: str, data: dict | None = None, *, token: str | None = None, **more: Any):
        token = token if token is not None else self.token()
        return self.client.post(path, base_url=HOME, data={"csrf_token": token} | (data or {}), **more)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str):
        token = self.token("/sign-in")
        return self.post("/sign-in", {"email": email, "password": password, **more}, token=token)


@dataclasses.dataclass
class Scene:
    """The owner's ids of one thing of each kind."""

    world: World
    jane: int
    talked: int
    live: int
    missed: int
    callback: int
    withheld: int
    voicemail: int
    referral: int
    today: int
    batch: int
    rehearsed: int

    def __post_init__(self) -> None:
        self.app: Flask = create_app(self.dialer.settings, self.dialer)

    @property
    def dialer(self) -> Dialer:
        return self.world.dialer

    @property
    def owner(self) -> Scope:
        return self.world.people.owner

    def visitor(self) -> Browser:
        return Browser(self.app.test_client())

    def browser(self, name: str = "owner") -> Browser:
        """One whose person has signed in, without what it takes to hash a password."""
        browser, session_id = self.visitor(), secrets.token_urlsafe(32)
        agent_id, data = getattr(self.world.people, name).agent_id, {"csrf_token": secrets.token_hex(20)}
        with self.dialer.db.write() as conn:
            sessions.add(
                conn, id_hash=id_hash(session_id), agent_id=agent_id, data=data, now=self.world.now, user_agent=""
            )
        browser.client.set_cookie(ID_COOKIE, session_id, domain="127.0.0.1")
        return browser

    def paths(self) -> list[str]:
        """Every page that has something of the owner's to show."""
        return [
            "/", "/contacts", "/contacts?q=jane", "/contacts/new",
            f"/contacts/{self.jane}", f"/contacts/{self.jane}/edit",
            f"/contacts/{self.jane}/facts", "/facts/1", "/contacts/several", "/contacts?archived=1",
            f"/contacts/{self.jane}/merge?q=ana", f"/contacts/{self.jane}/merge/2",
            f"/contacts/{self.jane}/lives-with?q=ana",
            "/calls", "/calls?on=2026-11-18", "/calls?week=2026-W47&outcome=connected", f"/calls/{self.talked}",
            f"/calls/{self.live}", f"/calls/{self.missed}", "/callbacks", "/callbacks?state=waived",
            f"/callbacks/{self.callback}", f"/callbacks/{self.withheld}", "/voicemails", "/week", "/week/2026-W46",
            "/week/2026-11?self=0", "/week/2026-Q4", "/week?from=2026-11-01&until=2026-11-20", "/team?sort=calls",
            "/plan", "/calls?span=2026-Q4&level=acquaintance&long=1", "/callbacks?span=2026-W47&figure=still_open",
            "/settings",
            f"/contacts/{self.jane}/prepare", f"/contacts/{self.jane}/referrals?q=a", "/referrals",
            f"/referrals/{self.referral}", "/settings/scripts", f"/calls/{self.talked}/sheet",
            f"/calls/log?contact={self.jane}",
            "/contacts/import", f"/contacts/import/{self.batch}", f"/contacts/import/{self.rehearsed}",
            "/sphere", "/sphere?health=on_time", "/sphere/moves", "/sphere/levels", f"/contacts/{self.jane}/level",
        ]  # fmt: skip

    def call(self, **changes: Any) -> int:
        with self.dialer.db.write() as conn:
            return add_call(conn, self.owner, self.jane, **changes)


@dataclasses.dataclass(frozen=True)
class Props:
    """A scene that was played up to where tests begin: its files are copied, which is far quicker than making it."""

    place: Path
    people: Cast
    ids: dict[str, int]

    @classmethod
    def made(cls, place: Path) -> Props:
        scene = make_scene(place, f"sqlite:///{place / 'test.db'}")
        scene.world.close()
        ids = {field.name: getattr(scene, field.name) for field in dataclasses.fields(Scene) if field.name != "world"}
        return cls(place, scene.world.people, ids)

    def scene(self, data_dir: Path, **settings: str) -> Scene:
        shutil.copytree(self.place, data_dir, dirs_exist_ok=True)
        database_url = f"sqlite:///{data_dir / 'test.db'}"
        return Scene(start_world(self.people, self.ids["jane"], data_dir, database_url, **settings), **self.ids)


def make_scene(data_dir: Path, database_url: str, **settings: str) -> Scene:
    world = make_world(data_dir, database_url, **settings)
    _set_passwords(world)
    owner, jane = world.owner, world.jane
    add_fact(world.dialer, owner, jane, "note", "Her daughter starts college in September")
    others = {"Ana García": "(303) 555-1702", "Bob O'Neil <b>": "303-555-1803", "Zoë Quinn": "4155551904"}
    for name, digits in others.items():
        phones = [{"number": digits, "label": "home"}]
        friend = add_contact(world.dialer, owner, name=name, phones=phones, level="past customer")
    with world.dialer.db.write() as conn:
        talked = add_call(conn, owner, jane, note="Their lease ends in May.", hours_ago=2)
        _add_events(conn, talked)
        live = add_call(conn, owner, jane, hours_ago=0, state="ringing_agent", outcome=None, talk_seconds=0)
        missed = add_call(
            conn, owner, jane, direction="inbound", outcome="voicemail", talk_seconds=0, voicemail_seconds=17,
            hours_ago=7,
        )  # fmt: skip
        callback = _add_callback(conn, owner, jane, missed)
        withheld = _add_callback(conn, owner, None, None, number=None, reason="missed_call", due_in_hours=3)
        voicemail = _add_voicemail(conn, owner, jane, missed, callback, data_dir)
    referral = add_referral(world.dialer, owner, sender_id=jane, person_id=friend)
    today = todays_list(world.dialer, owner)[0]["id"]
    batches = [receive(world.dialer, owner, BOOK, "book.csv") for _ in range(2)]
    rehearse(world.dialer, owner, batches[1])
    return Scene(world, jane, talked, live, missed, callback, withheld, voicemail, referral, today, *batches)


def _set_passwords(world: World) -> None:
    kept = hash_password(PASSWORD)
    with world.dialer.db.write() as conn:
        for scope in dataclasses.astuple(world.people):
            agents.update(conn, scope[1], password_hash=kept)


def add_call(conn, scope: Scope, contact_id: int | None, *, hours_ago: float = 1, **changes: Any) -> int:
    placed_at = START - timedelta(hours=hours_ago)
    values = {
        "office_id": scope.office_id, "agent_id": scope.agent_id, "contact_id": contact_id,
        "ref": secrets.token_hex(16), "direction": "outbound", "contact_number": JANE,
        "agent_number": "+12025550101", "twilio_number": "+12025550100", "placement": "placed",
        "state": "ended", "outcome": "connected", "measured_outcome": changes.get("outcome", "connected"),
        "outcome_source": "measured", "talk_seconds": 552, "placed_at": placed_at, "last_fact_at": placed_at,
    }  # fmt: skip
    return calls.add(conn, values | changes)


def _add_events(conn, call_id: int) -> None:
    bodies = [("ringing", None), ("answered", None), ("completed", 560)]
    rows = [
        {
            "call_id": call_id,
            "source": "webhook",
            "kind": "leg_moved",
            "dedupe_key": status,
            "body": {"leg": "agent", "sid": "CA" + "1" * 32, "status": status} | ({"seconds": n} if n else {}),
            "received_at": START,
        }
        for status, n in bodies
    ]
    conn.execute(insert(call_event), rows)


def _add_callback(conn, scope, contact_id, call_id, *, number=JANE, reason="voicemail", due_in_hours=-3) -> int:
    opened_at, due_at = START - timedelta(hours=7), START + timedelta(hours=due_in_hours)
    values = {
        "office_id": scope.office_id, "agent_id": scope.agent_id, "contact_id": contact_id, "contact_number": number,
        "reason": reason, "due_at": due_at, "state": "open", "turn": "agent", "attempts": 1, "opened_at": opened_at,
    }  # fmt: skip
    callback_id = callbacks.add(conn, values)
    kind = "message_left" if reason == "voicemail" else "call_missed"
    event = {"callback_id": callback_id, "kind": kind, "call_id": call_id, "at": opened_at}
    conn.execute(insert(callback_event).values(**event, body={"due_at": due_at.isoformat()}))
    return callback_id


def _add_voicemail(conn, scope, contact_id, call_id, callback_id, data_dir: Path) -> int:
    (data_dir / "audio").mkdir(exist_ok=True)
    (data_dir / "audio" / "one.wav").write_bytes(WAV)
    values = {
        "office_id": scope.office_id, "agent_id": scope.agent_id, "contact_id": contact_id, "call_id": call_id,
        "callback_id": callback_id, "recording_sid": "RE" + "7" * 32, "received_at": START - timedelta(hours=7),
        "seconds": 17, "transcript": "Hi, it's Jane. Please call me back about the house.",
        "audio_state": "stored", "audio_path": "audio/one.wav", "audio_type": "audio/x-wav", "audio_bytes": len(WAV),
    }  # fmt: skip
    return voicemails.add(conn, values)

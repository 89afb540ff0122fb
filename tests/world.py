"""A whole installation but for the carrier: real database, real app, real signatures, and a clock that a test moves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import RowMapping, select
from twilio.request_validator import RequestValidator

import webhooks
from config import Settings, load
from soi_dialer import wiring
from soi_dialer.dialer import Dialer
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.place_call import place_call
from soi_dialer.flows.reconcile import reconcile
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import call, callback, voicemail
from soi_dialer.web.late_rule import LateRule
from tests.cast import START, Cast, cast
from tests.fakes import FakeCarrier

ACCOUNT = "AC" + "5" * 32
TOKEN = "a token of thirty-two characters"
PUBLIC_URL = "https://dialer.example"
OUR_NUMBER = "+12025550100"
JANE = "+12125550147"


def make_settings(data_dir: Path, database_url: str, **more: str) -> Settings:
    values = {
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_PHONE_NUMBER": OUR_NUMBER,
        "SECRET_KEY": "a secret key for tests",
    }
    return load(values | more, env_file=None)


def carriers_door(dialer: Dialer) -> Flask:
    """The app as the carrier sees it: the webhooks alone, so that a test of calls needs no pages."""
    app = Flask("carriers_door")
    app.url_rule_class = LateRule
    app.extensions["soi_dialer"] = dialer
    app.extensions["soi_verifier"] = wiring.make_verifier(dialer.settings)
    webhooks.register(app)
    return app


@dataclasses.dataclass
class World:
    """Drives the app from outside, as the carrier and as the agent's own doors do."""

    dialer: Dialer
    carrier: FakeCarrier
    people: Cast
    now: datetime = START
    jane: int | None = None
    """The owner's first contact, added where she is not there yet."""

    def __post_init__(self) -> None:
        self.app = carriers_door(self.dialer)
        self.http = self.app.test_client()
        self.jane = self.jane or add_contact(
            self.dialer, self.owner, name="Jane Doe", phones=[{"number": JANE, "label": "mobile"}]
        )

    @property
    def owner(self) -> Scope:
        return self.people.owner

    def click(self, **more) -> RowMapping:
        return place_call(self.dialer, self.owner, contact_id=self.jane, **more)

    def post(self, path: str, params: dict[str, str], signature: str | None = None):
        """A webhook, signed as the carrier signs."""
        params = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"} | params
        signature = signature or RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, params)
        return self.http.post(path, data=params, headers={"X-Twilio-Signature": signature})

    def say(self, ref: str, step: str, **params: str):
        return self.post(f"/webhooks/voice/{ref}/{step}", params)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def reconcile_all(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            self.wait(minutes=10)
            reconcile(self.dialer)

    def call(self, ref: str) -> RowMapping:
        return self._one(select(call).where(call.c.ref == ref))

    def inbound(self, sid: str) -> RowMapping:
        return self._one(select(call).where(call.c.contact_sid == sid))

    def callbacks(self) -> list[RowMapping]:
        return self._all(select(callback).order_by(callback.c.id))

    def voicemails(self) -> list[RowMapping]:
        return self._all(select(voicemail).order_by(voicemail.c.id))

    def _one(self, query) -> RowMapping:
        with self.dialer.db.read() as connection:
            return connection.execute(query).mappings().one()

    def _all(self, query) -> list[RowMapping]:
        with self.dialer.db.read() as connection:
            return list(connection.execute(query).mappings())

    def close(self) -> None:
        self.dialer.close()


def make_world(data_dir: Path, database_url: str, **settings: str) -> World:
    """A new installation."""
    return _started(lambda dialer: World(dialer, dialer.carrier, cast(dialer.db)), data_dir, database_url, settings)


def start_world(people: Cast, jane: int, data_dir: Path, database_url: str, **settings: str) -> World:
    """An installation that is there already."""
    return _started(lambda dialer: World(dialer, dialer.carrier, people, jane=jane), data_dir, database_url, settings)


def _started(make: Callable[[Dialer], World], data_dir: Path, database_url: str, settings: dict[str, str]) -> World:
    clock = _MovableClock()
    read = make_settings(data_dir, database_url, **settings)
    clock.world = make(wiring.build(read, clock=clock, carrier=FakeCarrier(PUBLIC_URL)))
    return clock.world


class _MovableClock:
    """The installation reads the world's `now`."""

    world: World | None = None

    def __call__(self) -> datetime:
        return self.world.now if self.world else START


def rfc2822(at: datetime) -> str:
    """The carrier's form of an instant."""
    return format_datetime(at)

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from config import load
from soi_dialer import wiring
from soi_dialer.dialer import Dialer
from soi_dialer.flows.make_token import make_token
from soi_dialer.store import agents
from soi_dialer.store.scope import Scope
from tests.cast import START, Cast, cast
from tests.fakes import FakeCarrier

PROBLEM = "application/problem+json"
JANE = {"name": "Jane Doe", "phones": [{"number": "(212) 555-1234", "label": "mobile"}]}


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """One agent's program: a client with its token. Paths are below /api/v1."""

    client: FlaskClient
    token: str
    scope: Scope

    def ask(self, method: str, path: str, **more: Any):
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, buffered=True, **more)

    def get(self, path: str, **more: Any):
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any):
        return self.ask("POST", path, json=body, **more)

    def patch(self, path: str, body: Any):
        return self.ask("PATCH", path, json=body)

    def delete(self, path: str):
        return self.ask("DELETE", path)

    def add(self, **changes: Any) -> int:
        answer = self.post("/contacts", JANE | changes)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]


@pytest.fixture
def carrier() -> FakeCarrier:
    return FakeCarrier()


@pytest.fixture
def dialer(tmp_path: Path, sqlite_url: str, carrier: FakeCarrier) -> Iterator[Dialer]:
    told = {"DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url, "SECRET_KEY": "a secret for tests only"}
    settings = load(told, env_file=None)
    ticks = itertools.count()
    built = wiring.build(settings, clock=lambda: START + timedelta(microseconds=next(ticks)), carrier=carrier)
    yield built
    built.close()


@pytest.fixture
def people(dialer: Dialer) -> Cast:
    return cast(dialer.db)


@pytest.fixture
def app(dialer: Dialer, people: Cast):
    return create_app(dialer.settings, dialer)


def _caller(app, dialer: Dialer, scope: Scope) -> Caller:
    with dialer.db.read() as conn:
        agent = agents.get(conn, scope.agent_id)
    return Caller(app.test_client(), make_token(dialer, agent), scope)


@pytest.fixture
def owner(app, dialer, people) -> Caller:
    return _caller(app, dialer, people.owner)


@pytest.fixture
def teammate(app, dialer, people) -> Caller:
    return _caller(app, dialer, people.teammate)


@pytest.fixture
def stranger(app, dialer, people) -> Caller:
    return _caller(app, dialer, people.stranger)


@pytest.fixture(params=["teammate", "stranger"])
def other(request) -> Caller:
    return request.getfixturevalue(request.param)

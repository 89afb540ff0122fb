"""Agents are checked once, whoever asks: the command line today, a page tomorrow."""

from __future__ import annotations

import types
from datetime import UTC, datetime

import pytest

from soi_dialer.flows.add_agent import add_agent, update_agent
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.make_token import hash_token, make_token
from soi_dialer.flows.passwords import HASHER
from soi_dialer.store import agents, tokens
from soi_dialer.store.database import Database
from soi_dialer.store.tables import api_token, metadata

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ALEX = {
    "name": "Alex Morgan",
    "email": "Alex@Example.com",
    "phone": "(202) 555-0123",
    "time_zone": "America/New_York",
    "password": "long enough to keep",
}


@pytest.fixture
def dialer(database_url):
    settings = types.SimpleNamespace(
        allowed_regions=frozenset({"US"}), twilio_phone_number="+12025550100", allow_private_notify=False
    )
    db = Database(database_url, pool_size=2)
    metadata.create_all(db.engine)
    yield types.SimpleNamespace(db=db, settings=settings, clock=lambda: NOW)
    db.close()


def test_an_agent_is_kept_in_the_forms_that_everything_else_expects(dialer):
    row = add_agent(dialer, **ALEX)
    assert (row["email"], row["phone"], row["time_zone"]) == ("alex@example.com", "+12025550123", "America/New_York")
    assert (row["working_hours"], row["channels"], row["created_at"]) == ("Mon-Fri 08:00-18:00", "page,sms", NOW)
    assert HASHER.verify(row["password_hash"], ALEX["password"])
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_all_agents_of_an_installation_share_its_office(dialer):
    first = add_agent(dialer, **ALEX)
    second = add_agent(dialer, **ALEX | {"email": "sam@example.com"})
    assert first["office_id"] == second["office_id"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b\u202e"),
        ("email", "alex"),
        ("email", "alex@example"),
        ("email", "a b@example.com"),
        ("email", "x" * 400 + "@example.com"),
        ("phone", "911"),
        ("phone", "+19005550123"),
        ("phone", "+442079460958"),
        ("phone", "12"),
        ("phone", "+12025550100"),
        ("time_zone", "New York"),
        ("time_zone", "../../etc/passwd"),
        ("password", "too short"),
        ("password", "x" * 1001),
        ("twilio_number", "12"),
        ("working_hours", "always"),
        ("channels", "pigeon"),
        ("channels", ","),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_and_named(dialer, field, value):
    with pytest.raises(BadValue) as refused:
        add_agent(dialer, **ALEX | {field: value})
    assert refused.value.field == field
    with dialer.db.read() as conn:
        assert agents.all_active(conn) == []


def test_an_email_address_belongs_to_one_agent_whatever_its_case(dialer):
    add_agent(dialer, **ALEX)
    with pytest.raises(Conflict, match="e-mail address"):
        add_agent(dialer, **ALEX | {"email": "ALEX@example.COM"})


def test_a_twilio_number_belongs_to_one_agent(dialer):
    add_agent(dialer, **ALEX, twilio_number="+12025550111")
    with pytest.raises(Conflict, match="Twilio number"):
        add_agent(dialer, **ALEX | {"email": "sam@example.com"}, twilio_number="202-555-0111")
    with dialer.db.read() as conn:
        assert agents.by_twilio_number(conn, "+12025550111")["email"] == "alex@example.com"


def test_an_update_changes_what_is_given_and_leaves_the_rest(dialer):
    before = add_agent(dialer, **ALEX, twilio_number="+12025550111")
    after = update_agent(dialer, "ALEX@example.com", phone="+16175550142", channels="SMS, page,sms", name=None)
    assert {name for name in before if before[name] != after[name]} == {"phone", "channels"}
    assert (after["phone"], after["channels"]) == ("+16175550142", "sms,page")


def test_an_empty_twilio_number_goes_back_to_the_installations(dialer):
    add_agent(dialer, **ALEX, twilio_number="+12025550111")
    assert update_agent(dialer, "alex@example.com", twilio_number="")["twilio_number"] is None


def test_updating_nobody_says_so(dialer):
    with pytest.raises(NotFound, match="nobody@example.com"):
        update_agent(dialer, "nobody@example.com", name="Somebody")


def test_a_token_opens_for_its_agent_and_is_kept_only_as_a_hash(dialer):
    alex = add_agent(dialer, **ALEX)
    token = make_token(dialer, alex)
    with dialer.db.read() as conn:
        assert tokens.agent_of(conn, hash_token(token))["id"] == alex["id"]
        assert tokens.agent_of(conn, hash_token(token + "x")) is None
        assert token not in str(conn.execute(api_token.select()).all())


def test_a_revoked_token_and_a_disabled_agent_open_nothing(dialer):
    alex = add_agent(dialer, **ALEX)
    kept, revoked = make_token(dialer, alex), make_token(dialer, alex)
    with dialer.db.write() as conn:
        conn.execute(api_token.update().where(api_token.c.token_hash == hash_token(revoked)).values(revoked_at=NOW))
        assert tokens.agent_of(conn, hash_token(revoked)) is None
        assert tokens.agent_of(conn, hash_token(kept)) is not None
        agents.update(conn, alex["id"], disabled_at=NOW)
        assert tokens.agent_of(conn, hash_token(kept)) is None
        assert agents.all_active(conn) == []

"""One agent's five years: three hundred people, calls on every working day, and one person with a long history."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import insert

from bench import installation
from soi_dialer.flows.passwords import hash_password
from soi_dialer.store import agents, tables

FIRST_ID, PEOPLE, YEARS, CALLS_A_DAY = 1_000_001, 300, 5, 10
PASSWORD = "correct horse battery"


def make(app: Flask, at: datetime, agent_id: int = 1) -> tuple[str, str]:
    """Write it for this agent; the address of a contact's page, and the cookie with which it opens."""
    dialer, first = app.extensions["soi_dialer"], FIRST_ID + (agent_id - 1) * PEOPLE
    people = [installation.contact(first + n) | {"agent_id": agent_id} for n in range(PEOPLE)]
    calls = [_call(n, at, first) | {"agent_id": agent_id} for n in range(YEARS * 260 * CALLS_A_DAY)]
    with dialer.db.write() as connection:
        connection.execute(insert(tables.contact), people)
        connection.execute(insert(tables.contact_phone), [_phone(one["id"], agent_id) for one in people])
        connection.execute(insert(tables.fact), [_fact(first, n, at) | {"agent_id": agent_id} for n in range(20)])
        connection.execute(insert(tables.call), calls)
        agents.update(connection, agent_id, password_hash=hash_password(PASSWORD))
    return f"/contacts/{first}", cookie(app, agent_id)


def _call(number: int, at: datetime, first: int) -> dict:
    """The newest first; every tenth is with the same person."""
    placed_at = at - timedelta(days=number // CALLS_A_DAY * 1.4, hours=1 + number % CALLS_A_DAY)
    person = first + (number % PEOPLE if number % 10 else 0)
    return installation.call(1, secrets.token_hex(16)) | {
        "contact_id": person,
        "state": "ended",
        "outcome": "connected",
        "measured_outcome": "connected",
        "outcome_source": "measured",
        "talk_seconds": 240,
        "placed_at": placed_at,
        "last_fact_at": placed_at,
        "ended_at": placed_at + timedelta(minutes=5),
    }


def _phone(contact_id: int, agent_id: int) -> dict:
    number = f"+1212555{contact_id % 10_000:04}"
    return {"office_id": 1, "agent_id": agent_id, "contact_id": contact_id, "number": number, "label": "mobile"}


def _fact(contact_id: int, number: int, at: datetime) -> dict:
    text = f"Thing {number} to remember"
    return {
        "office_id": 1, "agent_id": 1, "contact_id": contact_id, "kind": "note", "text": text, "created_at": at,
    }  # fmt: skip


def cookie(app: Flask, agent_id: int) -> str:
    """Sign in as a browser does."""
    client = app.test_client()
    form = client.get("/sign-in", base_url="http://127.0.0.1:5000").text
    token = form.split('name="csrf_token" value="')[1].split('"')[0]
    values = {"csrf_token": token, "email": f"agent{agent_id}@example.com", "password": PASSWORD}
    answer = client.post("/sign-in", base_url="http://127.0.0.1:5000", data=values)
    if answer.status_code != 303:
        raise RuntimeError(f"signing in was answered {answer.status_code}")
    return answer.headers["Set-Cookie"].split(";")[0]

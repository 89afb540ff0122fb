"""Steps of an import, and what is kept before and after; the clock can be moved."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from soi_dialer.flows import import_batch, import_work
from soi_dialer.flows.import_work import work_on_imports
from soi_dialer.store import contacts, tags
from soi_dialer.store.tables import contact, contact_phone, contact_tag, fact, import_row, tag
from tests.cast import START


@pytest.fixture
def dialer(dialer):
    """With a clock that can be moved, and moves by itself a little."""
    time = {"now": START}

    def clock():
        time["now"] += timedelta(milliseconds=1)
        return time["now"]

    moved = dataclasses.replace(dialer, clock=clock)
    moved.clock.__dict__["later"] = lambda **by: time.update(now=time["now"] + timedelta(**by))
    return moved


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(import_work, "CHUNK", 20)


def csv(*rows: str) -> bytes:
    return "\n".join(("name,phone,phone2,email,tags,note,birthday", *rows)).encode()


def everything(dialer):
    """All that an import touches, as it stands."""
    tables = (contact, contact_phone, contact_tag, tag, fact)
    with dialer.db.read() as conn:
        return [sorted(map(repr, conn.execute(select(table)).all())) for table in tables]


def people_of(dialer, scope):
    """What is kept of each, without ids and times."""
    with dialer.db.read() as conn:
        rows = conn.execute(select(contact).where(contact.c.agent_id == scope.agent_id)).mappings().all()
        ids = [row["id"] for row in rows]
        phones, labels = contacts.phones(conn, ids), tags.names_of(conn, ids)
        facts = conn.execute(select(fact.c.contact_id, fact.c.kind, fact.c.text, fact.c.month_day)).all()
    return sorted(
        (
            row["name"], row["email"], row["level"], row["note"], row["next_touch_on"] is not None,
            tuple((one["number"], one["label"], one["position"]) for one in phones[row["id"]]),
            tuple(labels[row["id"]]), tuple(sorted(tuple(one[1:]) for one in facts if one[0] == row["id"])),
        )
        for row in rows
    )  # fmt: skip


def rows_of(dialer, batch_id):
    with dialer.db.read() as conn:
        return conn.execute(select(import_row).where(import_row.c.batch_id == batch_id)).mappings().all()


def taken_in(dialer, scope, data: bytes) -> int:
    batch_id = import_batch.receive(dialer, scope, data, "book.csv")
    import_batch.rehearse(dialer, scope, batch_id)
    import_batch.run(dialer, scope, batch_id)
    work_on_imports(dialer)
    assert import_batch.find(dialer, scope, batch_id)["state"] == "done"
    return batch_id


def undone(dialer, scope, batch_id: int) -> dict[str, tuple[bool, list[str]]]:
    import_batch.undo(dialer, scope, batch_id)
    work_on_imports(dialer)
    assert import_batch.find(dialer, scope, batch_id)["state"] == "undone"
    return {row["name"]: (row["is_undone"], row["problems"]) for row in rows_of(dialer, batch_id)}

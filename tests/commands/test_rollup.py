"""`rollup check` and `rollup rebuild` as a person uses them."""

from __future__ import annotations

from sqlalchemy import update

from soi_dialer.commands import base
from soi_dialer.flows.log_call import log_call
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.store.tables import call_day


def _talked(minutes: int) -> None:
    with base.opened() as dialer:
        scope = base.scope_of(base.agent_named(dialer, None))
        jane = add_contact(dialer, scope, name="Jane Doe", phones=[{"number": "+12125550147", "label": ""}])
        log_call(dialer, scope, contact_id=jane, minutes=minutes)


def _spoil() -> None:
    with base.opened() as dialer, dialer.db.write() as conn:
        conn.execute(update(call_day).values(calls=3, self_reported_seconds=7))


def test_days_are_made_checked_and_made_anew(with_alex):
    _talked(2)
    said = with_alex("rollup", "check")
    assert (said.status, said.out.splitlines()[0]) == (
        0, "alex@example.com: not kept yet, reports count the calls themselves.",
    )  # fmt: skip
    assert with_alex("rollup", "rebuild").out == "alex@example.com: 1 day counted anew.\n"
    said = with_alex("rollup", "check", "--agent", "alex@example.com")
    assert (said.status, said.out) == (0, "Every day is that of its calls.\n")
    _spoil()
    said = with_alex("rollup", "check")
    assert said.status == 1
    assert "3 calls are kept and 1 is right, 7 self reported seconds are kept and 120 is right." in said.out
    with_alex("rollup", "rebuild")
    assert with_alex("rollup", "check").status == 0


def test_an_agent_who_is_not_there_is_named(with_alex):
    said = with_alex("rollup", "check", "--agent", "sam@example.com")
    assert (said.status, said.err) == (1, "soi_dialer: there is no agent sam@example.com\n")

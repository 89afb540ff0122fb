"""What became of the messages of a team: for each member what their own week says, in their own zone."""

from __future__ import annotations

import random
from datetime import timedelta

from soi_dialer.domain.team import Member, medians, ordered
from soi_dialer.flows.report_span import report_span
from soi_dialer.flows.report_team import report_team
from soi_dialer.store import agents
from soi_dialer.store.scope import Scope
from tests.report.paper import FRIDAY, W47
from tests.report.rows import add_callback

ZONES = ("America/New_York", "Pacific/Auckland", "America/New_York", "Europe/Berlin")


def test_a_members_messages_and_promises_are_those_of_their_own_week(office):
    lead, chance, people = office.people.owner, random.Random(11), []
    with office.db.write() as conn:
        agents.update(conn, lead.agent_id, role="lead")
        for n, zone in enumerate(ZONES):
            values = {"name": f"A{n}", "email": f"a{n}@example.com", "phone": "+12025550111", "password_hash": "none"}
            people.append(agents.insert(conn, **values, office_id=lead.office_id, time_zone=zone, created_at=FRIDAY))
        for _ in range(300):
            add_any_debt(conn, chance, Scope(lead.office_id, chance.choice(people)))
    shown = {member.agent_id: member for member in report_team(office.dialer, lead, W47).members}
    for agent_id in people:
        own, member = report_span(office.dialer, Scope(lead.office_id, agent_id), W47).messages, shown[agent_id]
        assert (member.received, member.returned) == (own.received, own.returned)
        assert (member.promises_due, member.promises_kept) == (own.due, own.kept)
        assert member.percent_kept == own.percent_kept is not None
        assert own.due > 10 and own.received > 10


def add_any_debt(conn, chance: random.Random, scope: Scope) -> None:
    opened_at = FRIDAY + timedelta(hours=chance.uniform(-200, 40))
    state = chance.choice(("open", "returned", "returned", "waived"))
    closed_at = None if state == "open" else opened_at + timedelta(hours=chance.uniform(0, 90))
    due_at = opened_at + timedelta(hours=chance.choice((1, 4, 30, 90)))
    reason = chance.choice(("voicemail", "missed_call", "text", "requested"))
    add_callback(conn, scope, opened_at, state=state, closed_at=closed_at, due_at=due_at, reason=reason)


def test_a_promise_that_was_kept_before_the_week_in_which_it_was_due_counts_there(office):
    owner = office.people.owner
    with office.db.write() as conn:
        friday_before = FRIDAY - timedelta(days=7)
        times = {"closed_at": friday_before + timedelta(hours=1), "due_at": FRIDAY - timedelta(days=4)}
        add_callback(conn, owner, friday_before, state="returned", **times)
    assert report_span(office.dialer, owner, W47).messages[-2:] == (1, 1)
    assert report_span(office.dialer, owner, W47.previous()).messages[-2:] == (0, 0)


def test_who_had_nothing_due_stands_last_and_is_not_in_the_middle():
    team = [Member(1, "Ann"), Member(2, "Bo", promises_due=4, promises_kept=1), Member(3, "Cy", promises_due=1)]
    assert [member.name for member in ordered(team, "percent_kept")] == ["Bo", "Cy", "Ann"]
    assert medians(team)["percent_kept"] == round((25 + 0) / 2)
    assert "percent_kept" not in medians(team[:1])

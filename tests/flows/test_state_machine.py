"""Any history of calls, texts, lost news, sweeps and second thoughts: who owes whom is what a tiny model says.

The steps are drawn by Hypothesis and played to the real program on the real store, on SQLite and on PostgreSQL. After
each of them the database has to agree with the model and to hold the promises. A longer search than the one of the
test run: `SOI_STATE_EXAMPLES=5000 python -m pytest tests/flows/test_state_machine.py`; it draws other histories each
time and prints how to play a failure again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from soi_dialer.domain.call import DISPOSITIONS
from soi_dialer.flows.close_callback import stop_calling, talked_elsewhere
from soi_dialer.flows.keep_callback import waive
from soi_dialer.flows.reminder_message import key_of
from soi_dialer.flows.settle_call import settle_call
from soi_dialer.flows.snooze import snooze
from soi_dialer.store import claims
from soi_dialer.store.tables import call, callback, callback_event, reminder, voicemail
from tests.cast import START
from tests.flows.debts import message_left
from tests.flows.state_inbound import CallsIn
from tests.flows.state_model import Debt, Line
from tests.flows.state_outbound import CallsOut
from tests.flows.state_steps import known, some
from tests.flows.state_town import Stage

EXAMPLES = int(os.environ.get("SOI_STATE_EXAMPLES", "0"))
"""0: the few that every test run plays, always the same ones."""

FEW = {True: 60, False: 20}
"""On SQLite, where a step costs half as much, and on PostgreSQL."""

STEPS = 40


class Histories(CallsOut, CallsIn):
    """Every step, and what has to be true after each."""

    @initialize(person=known, clicks=st.booleans())
    def something_is_owed(self, person: str, clicks: bool) -> None:
        self.text_comes(0, person)
        if clicks:
            self.click(0, person, "yes")

    # The agent's own hand

    def pick_debt(self, index: int) -> Debt:
        self.town.wait(seconds=1)
        found = [debt for debt in self.town.model.debts if debt.is_open]
        return found[index % len(found)]

    @precondition(lambda self: any(debt.is_open for debt in self.town.model.debts))
    @rule(index=some, how=st.sampled_from(("waive", "talked", "stop", "snooze", "snooze")), hours=st.integers(1, 72))
    def see_to_a_debt(self, index: int, how: str, hours: int) -> None:
        town, debt = self.town, self.pick_debt(index)
        about = (town.dialer, town.scopes[debt.agent], town.callback_of(debt))
        if how == "snooze":
            snooze(*about, town.world.now + timedelta(hours=hours))
        elif how == "talked":
            talked_elsewhere(*about)
            self.talk_is_reported(debt)
        elif how == "stop" and debt.person is not None:
            stop_calling(*about)
            town.blocked.add(debt.person)
            debt.happened.append((town.world.now, "waived", None))
        else:
            waive(*about, "They moved away.")
            debt.happened.append((town.world.now, "waived", None))

    def talk_is_reported(self, debt: Debt) -> None:
        town = self.town
        line = Line("outbound", debt.agent, debt.person, town.world.now, "reported", ref=town.rows(call)[-1]["ref"])
        town.lines.append(line)
        debt.happened.append((line.at, "called", line))
        town.model.learn(line, lambda: setattr(line, "reported", "connected"))

    @precondition(lambda self: self.correctable())
    @rule(index=some, word=some)
    def correct_an_outcome(self, index: int, word: int) -> None:
        town, lines = self.town, self.correctable()
        town.wait(seconds=1)
        line = lines[index % len(lines)]
        words = DISPOSITIONS[line.direction]
        chosen = words[word % len(words)]
        settle_call(town.dialer, town.scope(line), town.row_of(line)["id"], outcome=chosen)
        town.model.learn(line, lambda: setattr(line, "said", chosen))

    def correctable(self) -> list[Line]:
        return [line for line in self.town.lines if line.measured and not line.is_given_up]

    # Time, trouble and schedulers

    @rule(
        who=st.sampled_from(("nobody", "first", "second", "both", "dies")),
        minutes=st.sampled_from((0, 0, 3, 15, 180, 1440)),
    )
    def time_passes(self, who: str, minutes: int) -> None:
        """And one scheduler sweeps, or two at once, or one that dies with what it took."""
        town = self.town
        town.wait(minutes=minutes, seconds=1)
        if who == "both":
            town.sweep_together()
            with town.dialer.db.read() as connection:
                assert not claims.any_due(connection, town.world.now)
                assert not claims.any_delivery_due(connection, town.world.now)
        elif who == "dies":
            town.die_with_a_claim()
        elif who != "nobody":
            town.sweep(who == "second")

    @precondition(lambda self: self.town.posted)
    @rule(index=st.integers(0, 20), is_late=st.booleans())
    def the_carrier_is_late_or_says_it_again(self, index: int, is_late: bool) -> None:
        """A request that comes again, however long ago it was, changes nothing."""
        town = self.town
        town.wait(seconds=1)
        if is_late and town.late:
            town.arrive_late(index % len(town.late))
        else:
            town.world.post(*town.posted[-1 - index % len(town.posted)])

    # The promises

    @invariant()
    def promises_hold(self) -> None:
        town = self.town
        calls, callbacks, messages = (town.rows(table) for table in (call, callback, voicemail))
        self.check_debts(callbacks)
        self.check_messages(messages)
        assert {row["ref"]: row["outcome"] for row in calls} == {one.ref: one.outcome for one in town.lines if one.ref}
        started = [row["agent_id"] for row in calls if row["direction"] == "outbound" and row["state"] != "ended"]
        assert len(started) == len(set(started)), "an agent is in two calls"
        assert len(town.dialled) == len(set(town.dialled)) <= town.pressed, "somebody was dialled twice"
        marked = {key_of(row) for row in town.rows(reminder) if row["state"] == "sent"}
        assert len(town.sent) == len(set(town.sent)), "something was sent twice"
        assert marked <= set(town.sent), "something that was not sent is marked"

    def check_debts(self, rows: list) -> None:
        """The same ones as the model's; what is open is reminded of, and nothing else."""
        town = self.town
        names = {contact: person for (_, person), contact in town.contacts.items()}
        owing = {scope.agent_id: number for number, scope in enumerate(town.scopes)}
        stand = [(owing[r["agent_id"]], names.get(r["contact_id"]), *shown(r["state"], r["turn"])) for r in rows]
        assert Counter(stand) == Counter((d.agent, d.person, *shown(*d.standing)) for d in town.model.debts)
        for row in rows:
            assert (row["remind_at"] is not None) == (row["state"] == "open" and row["set_aside_at"] is None)

    def check_messages(self, rows: list) -> None:
        """Each that was heard of is kept once, with its own text, and belongs to a debt in which its call stands."""
        heard = {line.recording: line.text for line in self.town.lines if line.heard.has_message}
        assert sorted(row["recording_sid"] for row in rows) == sorted(heard)
        assert all(row["transcript"] in (None, heard[row["recording_sid"]]) for row in rows)
        stands_in = {(row["callback_id"], row["call_id"]) for row in self.town.rows(callback_event)}
        assert {(row["callback_id"], row["call_id"]) for row in rows} <= stands_in

    def teardown(self) -> None:
        """What was lost is found by asking, and nothing is left undone."""
        town = self.town
        for _ in range(4):
            town.wait(minutes=30)
            town.sweep(0)
            town.sweep(1)
        rows = {row["ref"]: row for row in town.rows(call)}
        for line in town.lines:
            if line.stage in ("over", "nothing"):
                row = rows[line.ref]
                assert (row["state"], row["reconcile_at"], row["outcome"]) == ("ended", None, line.outcome)
                assert line.heard == line.true or not line.sid
        for row in town.rows(voicemail):
            assert row["audio_state"] == "stored"
        self.promises_hold()


def shown(state: str, turn: str) -> tuple[str, ...]:
    """Whose turn it is matters while something is owed."""
    return (state, turn) if state == "open" else (state,)


@pytest.fixture
def stage(tmp_path: Path, database_url: str) -> Iterator[Stage]:
    made = Stage(tmp_path, database_url)
    yield made
    made.close()


def test_who_owes_whom_is_what_a_tiny_model_says_after_any_history(stage: Stage):
    plan = settings(
        max_examples=EXAMPLES or FEW[stage.first.dialer.db.is_sqlite],
        stateful_step_count=STEPS,
        derandomize=not EXAMPLES,
        database=None,
        report_multiple_bugs=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Histories(stage), settings=plan)


def test_a_talk_that_was_only_a_message_makes_it_their_turn_until_the_follow_up(stage: Stage):
    world = stage.first
    owed = message_left(world)
    talked_elsewhere(world.dialer, world.owner, owed)
    with world.dialer.db.read() as connection:
        (logged,) = connection.execute(select(call.c.id)).scalars()
    settle_call(world.dialer, world.owner, logged, outcome="left_voicemail")
    (row,) = world.callbacks()
    assert (row["state"], row["turn"], row["due_at"] > START + timedelta(days=1)) == ("open", "contact", True)


def test_the_next_reminder_under_a_number_that_was_used_before_is_another_message():
    first = {"id": 7, "callback_id": 3, "rung_at": START}
    others = [first | {"callback_id": 4}, first | {"rung_at": START + timedelta(hours=1)}]
    assert len({key_of(row) for row in (first, *others)}) == 3

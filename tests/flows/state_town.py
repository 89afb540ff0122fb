"""The people and the phone company around the real program, as the state machine moves them.

Whatever happens is put into the carrier's books at once and told to the program now, later or never; the model hears
of it exactly when the program does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import RowMapping, Table, delete, event, select, update

from soi_dialer import wiring
from soi_dialer.carrier.reports import CallReport, RecordingReport
from soi_dialer.dialer import Dialer
from soi_dialer.flows.catch_up import catch_up
from soi_dialer.flows.deliver import deliver
from soi_dialer.flows.digest import write_digests
from soi_dialer.flows.fetch_audio import fetch_audio
from soi_dialer.flows.keep_contact import add_contact
from soi_dialer.flows.remind import remind
from soi_dialer.store import agents, claims
from soi_dialer.store.prepared import Row
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, call, call_event, callback, metadata, office
from tests.fakes import WAV, FakeCarrier
from tests.flows.state_model import Debt, Line, Model
from tests.rows import rows
from tests.world import JANE, PUBLIC_URL, World, make_world

PEOPLE = (JANE, "+12125550148")
NUMBERS = ("+12025550100", "+12025550199")

Change = Callable[[], None]


class Stage:
    """One installation with two schedulers, on which one town after the other is played."""

    def __init__(self, directory: Path, database_url: str) -> None:
        limits = {"CALLING_HOURS": "00:00-24:00", "DAILY_CALLS_PER_CONTACT": "0"}
        self.first = make_world(directory, database_url, **limits)
        if self.first.dialer.db.is_sqlite:  # what is tested is the program, not the disk
            event.listen(self.first.dialer.db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
            self.first.dialer.db.engine.dispose()
        settings, clock = self.first.dialer.settings, self.first.dialer.clock
        self.second = wiring.build(settings, clock=clock, carrier=self.first.carrier)
        self.together = ThreadPoolExecutor(2)
        self.scopes = (self.first.people.owner, self.first.people.teammate)
        with self.first.dialer.db.write() as connection:
            for scope, number in zip(self.scopes, NUMBERS, strict=True):
                agents.update(connection, scope.agent_id, twilio_number=number)

    def cleared(self) -> World:
        """The same agents on their first day, with another carrier."""
        dialer, carrier = self.first.dialer, FakeCarrier(PUBLIC_URL)
        with dialer.db.write() as connection:
            connection.execute(update(call).values(callback_id=None))  # the two tables point at each other
            connection.execute(update(callback).values(returned_call_id=None))
            for table in reversed(metadata.sorted_tables):
                if table not in (office, agent):
                    connection.execute(delete(table))
            connection.execute(update(agent).values(last_digest_on=None))
        world = World(dataclasses.replace(dialer, carrier=carrier), carrier, self.first.people)
        dialer.clock.world = world
        return world

    def close(self) -> None:
        self.together.shutdown()
        self.second.close()
        self.first.close()


class Town:
    """Fresh for each history."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.world, self.model = stage, stage.cleared(), Model()
        self.carrier, self.scopes = self.world.carrier, stage.scopes
        self.contacts = {(0, JANE): self.world.jane}
        for number, scope in enumerate(self.scopes):
            for person in PEOPLE:
                if (number, person) not in self.contacts:
                    told = {"name": "Bo Li", "phones": [{"number": person, "label": ""}]}
                    self.contacts[number, person] = add_contact(self.dialer, scope, **told)
        self.lines: list[Line] = []
        self.blocked: set[str] = set()
        self.late: list[tuple[str, dict, Line, Change]] = []
        self.posted: list[tuple[str, dict]] = []
        self.sent: list[str] = []
        self.dialled: list[str] = []
        self.pressed = 0
        catch_up(self.dialer)  # the program has been running: it knows how far it has looked

    @property
    def dialer(self) -> Dialer:
        return self.world.dialer

    @property
    def schedulers(self) -> tuple[Dialer, Dialer]:
        return self.dialer, dataclasses.replace(self.stage.second, carrier=self.carrier)

    def scope(self, line: Line) -> Scope:
        return self.scopes[line.agent]

    # What the carrier tells

    def ask(self, path: str, params: dict[str, str]) -> str:
        """A request that the carrier waits for; its document."""
        self.posted.append((path, params))
        answer = self.world.post(path, params)
        assert answer.status_code == 200
        return answer.text

    def tell(self, fate: str, path: str, params: dict[str, str], line: Line, change: Change) -> None:
        """News that comes now, later or never, and what is then known."""
        if fate == "told":
            self._arrive(path, params, line, change)
        elif fate == "late":
            self.late.append((path, params, line, change))

    def arrive_late(self, index: int) -> None:
        self._arrive(*self.late.pop(index))

    def _arrive(self, path: str, params: dict[str, str], line: Line, change: Change) -> None:
        self.posted.append((path, params))
        status = self.world.post(path, params).status_code
        assert status in (200, 204)
        self.model.learn(line, change)

    def step(self, line: Line, name: str) -> str:
        return f"/webhooks/voice/{line.ref}/{name}"

    # What the carrier's books say

    def book(self, line: Line) -> None:
        """The first leg of a call that has just begun."""
        outbound = line.direction == "outbound"
        ours = NUMBERS[line.agent]
        to, from_ = (self.phone(line), ours) if outbound else (ours, line.person or "anonymous")
        status, direction = ("ringing", "outbound-api") if outbound else ("answered", "inbound")
        about = {"created_at": self.world.now, "to": to, "from_": from_, "direction": direction}
        self.carrier.truth[line.sid] = CallReport(line.sid, status, **about)

    def book_other(self, line: Line, to: str | None) -> None:
        """The leg that is dialled from the first one."""
        line.other = self.carrier.next_sid()
        about = {"created_at": self.world.now, "to": to, "from_": NUMBERS[line.agent], "direction": "outbound-dial"}
        self.carrier.truth[line.other] = CallReport(line.other, "ringing", line.sid, **about)

    def phone(self, line: Line) -> str:
        return ("+12025550101", "+12025550102")[line.agent]

    def note(self, sid: str, status: str, **more) -> None:
        over = {"seconds": 30, "ended_at": self.world.now} if status == "completed" else {}
        self.carrier.truth[sid] = dataclasses.replace(self.carrier.truth[sid], status=status, **over, **more)

    def record(self, line: Line, text: str) -> None:
        line.recording, line.text = self.carrier.next_sid("RE"), text
        self.carrier.recordings.append(RecordingReport(line.recording, line.sid, "completed", 12, self.world.now))
        self.carrier.audio[line.recording] = WAV
        if text:
            self.carrier.transcripts[line.recording] = text

    # What the schedulers do

    def sweep(self, which: int) -> None:
        """Everything that one scheduler does in its turn, and what it has found out."""
        scheduler, seen = self.schedulers[which], self._newest_fact()
        self.remind(scheduler)
        catch_up(scheduler)
        self._learn_from(seen)

    def sweep_together(self) -> None:
        """Both at once, with what they have to share."""
        list(self.stage.together.map(self.remind, self.schedulers))

    def remind(self, scheduler: Dialer) -> None:
        remind(scheduler)
        write_digests(scheduler)
        deliver(scheduler, lambda _dialer, _channel, _agent, message: self.sent.append(message.key))
        fetch_audio(scheduler)

    def die_with_a_claim(self) -> None:
        """A scheduler that took what is due and never came back."""
        with self.dialer.db.write() as connection:
            claims.claim_due(connection, self.world.now, "dead")
            claims.claim_deliveries(connection, self.world.now, "dead")

    def _newest_fact(self) -> int:
        with self.dialer.db.read() as connection:
            newest = select(call_event.c.id).order_by(call_event.c.id.desc()).limit(1)
            return connection.execute(newest).scalar() or 0

    def _learn_from(self, seen: int) -> None:
        """The calls that were fetched since, in that order; then those that were given up."""
        new = select(call_event.c.call_id).where(call_event.c.id > seen).order_by(call_event.c.id)
        with self.dialer.db.read() as connection:
            fetched = list(dict.fromkeys(connection.execute(new).scalars()))
        rows = {row["id"]: row for row in self.rows(call)}
        for call_id in fetched:
            line = self._line_of(rows[call_id])
            line.ref = rows[call_id]["ref"]
            self.model.learn(line, lambda line=line: setattr(line, "heard", dataclasses.replace(line.true)))
        for row in rows.values():
            line = self._line_of(row)
            if row["placement"] == "lost" and not line.is_given_up:
                self.model.learn(line, lambda line=line: setattr(line, "is_given_up", True))

    def _line_of(self, row: RowMapping) -> Line:
        sid = row["agent_sid"] if row["direction"] == "outbound" else row["contact_sid"]
        found = [line for line in self.lines if line.ref == row["ref"] or (sid and line.sid == sid)]
        assert found, dict(row)
        return found[0]

    # What stands in the database

    def rows(self, table: Table) -> list[Row]:
        return rows(self.dialer.db, table)

    def row_of(self, line: Line) -> RowMapping:
        return self.world.call(line.ref)

    def is_live(self, agent_number: int) -> bool:
        """Whether this agent is in a call, as the program sees it."""
        mine = [row for row in self.rows(call) if row["agent_id"] == self.scopes[agent_number].agent_id]
        return any(
            row["state"] != "ended" and (row["direction"] == "outbound" or row["state"] in ("ringing_agent", "talking"))
            for row in mine
        )

    def callback_of(self, debt: Debt) -> int:
        """The id of an open debt's row. Those of hidden numbers are told apart by their order."""
        mine = (self.scopes[debt.agent].agent_id, self.contacts.get((debt.agent, debt.person)))
        found = [row for row in self.rows(callback) if (row["agent_id"], row["contact_id"]) == mine]
        if debt.person is not None:
            return next(row["id"] for row in found if row["state"] == "open")
        alike = [one for one in self.model.debts if (one.agent, one.person) == (debt.agent, None)]
        return found[alike.index(debt)]["id"]

    def wait(self, **span: float) -> None:
        self.world.wait(**span)


def hear(line: Line, *names: str) -> Change:
    """That much of what is true of the call becomes known."""

    def change() -> None:
        line.heard = dataclasses.replace(line.heard, **{name: getattr(line.true, name) for name in names})

    return change

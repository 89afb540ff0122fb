"""An office whose webhooks are refused for ten minutes of virtual time, and a carrier that knows what happened."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import RowMapping, func, insert, select

from bench import installation
from bench.installation import AT
from config import load
from soi_dialer import wiring
from soi_dialer.carrier.reports import CallReport, PlacedCall, RecordingReport
from soi_dialer.domain.facts import KeyPressed, LegMoved
from soi_dialer.flows.answer_agent import answer_agent, press_key
from soi_dialer.flows.place_call import place_call
from soi_dialer.store import migrate, tables
from soi_dialer.store.database import Database
from soi_dialer.store.scope import Scope
from tests.fakes import FakeCarrier

AGENTS, CALLERS, REFUSED_FOR = 10, 60, timedelta(minutes=10)
LIST_LAG = timedelta(seconds=20)


class KnowingCarrier(FakeCarrier):
    """Its reports are those of the moment at which it is asked, its lists lag, and every request is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.now = AT
        self.requests: list[tuple[datetime, str]] = []

    def will_have(self, report: CallReport) -> str:
        self.truth[report.sid] = report
        return report.sid

    def ring_agent(self, *, ref: str, to: str, from_: str, **_more: object) -> PlacedCall:
        sid, over_at = self.next_sid(), self.now + timedelta(seconds=8)
        over = {"seconds": 2, "created_at": self.now, "ended_at": over_at, "direction": "outbound-api"}
        self.will_have(CallReport(sid, "completed", to=to, from_=from_, **over))
        return PlacedCall(sid, "queued")

    def fetch_call(self, sid: str) -> CallReport:
        self._note("one call")
        return self._as_it_is(self.truth[sid])

    def list_children(self, parent_sid: str) -> list[CallReport]:
        self._note("legs of a call")
        return [self._as_it_is(report) for report in super().list_children(parent_sid)]

    def list_calls_since(self, since: datetime) -> list[CallReport]:
        self._note("page of calls")
        known = [report for report in super().list_calls_since(since) if report.created_at <= self.now - LIST_LAG]
        return [self._as_it_is(report) for report in known]

    def list_recordings_since(self, since: datetime) -> list[RecordingReport]:
        self._note("page of recordings")
        return [report for report in self.recordings if since <= report.created_at <= self.now - LIST_LAG]

    def list_recordings(self, call_sid: str) -> list[RecordingReport]:
        self._note("recordings of a call")
        return [one for one in self.recordings if one.call_sid == call_sid and one.created_at <= self.now]

    def fetch_transcript(self, recording_sid: str) -> str | None:
        self._note("text of a message")
        return super().fetch_transcript(recording_sid)

    def _note(self, what: str) -> None:
        self.requests.append((self.now, what))

    def _as_it_is(self, report: CallReport) -> CallReport:
        if report.ended_at <= self.now:
            return report
        return dataclasses.replace(report, status="answered", seconds=None, ended_at=None)

    def most_pages_in_a_minute(self) -> int:
        pages = Counter(at.replace(second=0) for at, what in self.requests if what == "page of calls")
        return max(pages.values(), default=0)


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """A call that is over, and how it must stand here: by the SID of its first leg."""

    sid: str
    since: datetime
    outcome: str
    seconds: int = 0  # of talk, or of the message


class RefusedOffice:
    """Some agents talk when it begins, others click in vain meanwhile, and people call and leave messages."""

    def __init__(self, scratch: Path, seed: int = 7) -> None:
        self.carrier, self.chance = KnowingCarrier(), random.Random(seed)
        url = f"sqlite:///{scratch / f'refused{seed}.db'}"
        settings = load(installation.environment(scratch, url), env_file=None)
        _people(url)
        self.dialer = wiring.build(settings, clock=lambda: self.carrier.now, carrier=self.carrier)
        self.gaps: list[Gap] = []
        for agent_id in range(1, AGENTS // 2 + 1):
            self._talks(agent_id)
        self.began_at = self.carrier.now = AT + timedelta(minutes=1)
        self.to_click = list(range(AGENTS // 2 + 1, AGENTS + 1))
        for _ in range(CALLERS):
            self._is_called()

    def _talks(self, agent_id: int) -> None:
        """A conversation that began while webhooks came, and of whose end nothing is heard."""
        call = place_call(self.dialer, Scope(1, agent_id), contact_id=agent_id)
        sid, seconds = call["agent_sid"], self.chance.randint(60, 540)
        answer_agent(self.dialer, call["ref"], LegMoved("agent", sid, "answered"))
        press_key(self.dialer, call["ref"], KeyPressed(sid, "screen", "1"))
        ended_at = AT + timedelta(seconds=20 + seconds)
        own = dataclasses.replace(self.carrier.truth[sid], seconds=seconds + 10, ended_at=ended_at)
        self.carrier.will_have(own)
        lasted = {"seconds": seconds, "created_at": AT, "ended_at": ended_at, "answered_by": "human"}
        child = CallReport(self.carrier.next_sid(), "completed", sid, direction="outbound-dial", **lasted)
        self.carrier.will_have(child)
        self.gaps.append(Gap(sid, ended_at, "connected", seconds))

    def _is_called(self) -> None:
        """The number's fallback answers: the caller leaves a message, or does not."""
        at = self.began_at + self.chance.random() * (REFUSED_FOR - timedelta(minutes=1))
        sid, leaves, ended_at = self.carrier.next_sid(), self.chance.random() < 0.5, at + timedelta(seconds=40)
        who = {"to": _number(self.chance.randint(1, AGENTS)), "from_": f"+1646555{len(self.gaps):04}"}
        over = {"seconds": 40, "created_at": at, "ended_at": ended_at, "direction": "inbound"}
        self.carrier.will_have(CallReport(sid, "completed", **who, **over))
        if leaves:
            recording = RecordingReport(self.carrier.next_sid("RE"), sid, "completed", 14, at + timedelta(seconds=20))
            self.carrier.recordings.append(recording)
        self.gaps.append(Gap(sid, ended_at, "voicemail" if leaves else "missed", 14 if leaves else 0))

    def somebody_clicks(self) -> None:
        """The agent's phone is answered, and the carrier, refused by us, hangs up."""
        if self.to_click:
            agent_id = self.to_click.pop()
            call = place_call(self.dialer, Scope(1, agent_id), contact_id=agent_id)
            self.gaps.append(Gap(call["agent_sid"], self.carrier.now + timedelta(seconds=8), "agent_missed"))

    def closed(self) -> set[str]:
        """The gaps of which the call stands here as it was."""
        query = select(tables.call).where(tables.call.c.state == "ended")
        with self.dialer.db.read() as connection:
            rows = connection.execute(query).mappings().all()
        known = {row["contact_sid" if row["direction"] == "inbound" else "agent_sid"]: row for row in rows}
        return {gap.sid for gap in self.gaps if gap.sid in known and _is_as_it_was(known[gap.sid], gap)}

    def too_many_or_few(self) -> int:
        """By how many the calls and messages that are here differ from those that there were."""
        with self.dialer.db.read() as connection:
            calls, messages = (
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.call, tables.voicemail)
            )
        left = sum(gap.outcome == "voicemail" for gap in self.gaps)
        return abs(calls - len(self.gaps)) + abs(messages - left)

    def close(self) -> None:
        self.dialer.close()


def _is_as_it_was(row: RowMapping, gap: Gap) -> bool:
    seconds = row["voicemail_seconds"] if gap.outcome == "voicemail" else row["talk_seconds"]
    return (row["outcome"], seconds) == (gap.outcome, gap.seconds)


def _number(agent_id: int) -> str:
    return f"+1202555{agent_id:04}"


def _people(url: str) -> None:
    """Agents with a number each, and a contact for each of them."""
    migrate.upgrade(url)
    some = range(1, AGENTS + 1)
    database = Database(url)
    with database.write() as connection:
        connection.execute(insert(tables.office), [{"id": 1, "name": "Bench", "created_at": AT}])
        connection.execute(insert(tables.agent), [installation.agent(n) | {"twilio_number": _number(n)} for n in some])
        connection.execute(insert(tables.contact), [installation.contact(n) for n in some])
        phones = {"office_id": 1, "number": "+12125550147"}
        connection.execute(insert(tables.contact_phone), [phones | {"agent_id": n, "contact_id": n} for n in some])
    database.close()

"""Scripted calls: what the carrier says of each, and what it answers when asked later.

A script has *dialogue* (requests that the carrier waits for, always in order) and *news* (what it posts and forgets).
`truth` holds the legs and recordings as the carrier's REST would report them. Times are whole seconds after START.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from soi_dialer.carrier.reports import CallReport, RecordingReport
from tests.cast import START
from tests.world import JANE, OUR_NUMBER, rfc2822

AGENT, CONTACT, RECORDING = "CA" + "a" * 32, "CA" + "c" * 32, "RE" + "e" * 32
AGENT_PHONE = "+12025550101"

_ANSWERED = {"in-progress": "answered", "no-answer": "no_answer"}


@dataclasses.dataclass
class Script:
    """One call. `after` maps a piece of news to the dialogue step before which it cannot have happened."""

    name: str
    direction: str
    dialogue: list[tuple[str, dict[str, str]]] = dataclasses.field(default_factory=list)
    news: list[tuple[str, dict[str, str]]] = dataclasses.field(default_factory=list)
    legs: list[CallReport] = dataclasses.field(default_factory=list)
    recordings: list[RecordingReport] = dataclasses.field(default_factory=list)
    transcripts: dict[str, str] = dataclasses.field(default_factory=dict)
    expected: tuple[str, int, int] = ("", 0, 0)  # outcome, talk seconds, voicemail seconds

    def leg(self, leg: str, words: str, *, starts: int, seconds: int = 0, answered_by: str | None = None) -> Script:
        """A leg's life as status callbacks and as the report of the same life."""
        sid, parent = (AGENT, CONTACT) if leg == "agent" else (CONTACT, AGENT)
        is_child = (leg == "contact") == (self.direction == "outbound")
        stations = words.split()
        ended = starts + 5 + seconds
        for number, word in enumerate(stations):
            at = ended if number == len(stations) - 1 else ended - seconds if word == "in-progress" else starts + number
            params = {"CallSid": sid, "CallStatus": word, "SequenceNumber": str(number), "Timestamp": rfc2822(_at(at))}
            if is_child:
                params["ParentCallSid"] = parent
            if word == "completed":
                params["CallDuration"] = str(seconds)
            self.news.append((f"{leg}-status", params))
        final = _ANSWERED.get(stations[-1], stations[-1])
        to, from_ = (AGENT_PHONE if leg == "agent" else JANE), OUR_NUMBER
        self.legs.append(
            CallReport(sid, final, parent if is_child else None, seconds if final == "completed" else None,
                       None, _at(ended), _at(starts), answered_by, to, from_)  # fmt: skip
        )
        return self

    def says(self, step: str, **params: str) -> Script:
        sid = AGENT if (self.direction == "outbound") == (step not in ("whisper", "whisper-key")) else CONTACT
        if self.direction == "inbound":
            sid = AGENT if step in ("whisper", "whisper-key") else CONTACT
        self.dialogue.append((step, {"CallSid": sid, "CallStatus": "in-progress"} | params))
        return self

    def machine(self, word: str) -> Script:
        self.news.append(("machine", {"CallSid": CONTACT, "AnsweredBy": word}))
        return self

    def leaves_message(self, seconds: int, text: str | None = None) -> Script:
        about = {"CallSid": CONTACT, "RecordingSid": RECORDING, "RecordingDuration": str(seconds)}
        self.news.append(("recording", about | {"RecordingStatus": "completed"}))
        self.recordings.append(RecordingReport(RECORDING, CONTACT, "completed", seconds))
        if text:
            about = {"CallSid": CONTACT, "RecordingSid": RECORDING}
            self.news.append(
                ("transcription", about | {"TranscriptionStatus": "completed", "TranscriptionText": text})
            )
            self.transcripts[RECORDING] = text
        return self

    def becomes(self, outcome: str, talk: int = 0, voicemail: int = 0) -> Script:
        self.expected = (outcome, talk, voicemail)
        return self


def _at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


FULL = "initiated ringing in-progress completed"


def _outbound(name: str) -> Script:
    return Script(name, "outbound")


def _bridged(name: str) -> Script:
    return _outbound(name).says("screen").says("screen-key", Digits="1")


def _inbound(name: str) -> Script:
    return Script(name, "inbound")


def _ended(script: Script, status: str, seconds: int = 0, **more: str) -> Script:
    child = CONTACT if script.direction == "outbound" else AGENT
    step = "bridge-ended" if script.direction == "outbound" else "ring-ended"
    lasted = {"DialCallDuration": str(seconds)} if status == "completed" else {}
    return script.says(step, DialCallStatus=status, DialCallSid=child, **lasted, **more)


def scripts() -> list[Script]:
    """All of them, both directions, every outcome."""
    return [*_outbound_scripts(), *_inbound_scripts()]


def _outbound_scripts() -> list[Script]:
    talk = {"starts": 10, "seconds": 540}
    return [
        _ended(_bridged("a long talk"), "completed", 540).leg("agent", FULL, starts=0, seconds=560)
        .leg("contact", FULL, answered_by="human", **talk).machine("human").becomes("connected", 540),
        _ended(_bridged("a talk that the agent ends"), "completed", 61, CallStatus="completed")
        .leg("agent", FULL, starts=0, seconds=75).leg("contact", FULL, starts=10, seconds=61, answered_by="human")
        .machine("human").becomes("connected", 61),
        _bridged("a talk whose bridge never reports").leg("agent", FULL, starts=0, seconds=75)
        .leg("contact", FULL, starts=10, seconds=62, answered_by="human").machine("human").becomes("connected", 62),
        _ended(_bridged("nobody can say who answered"), "completed", 20).leg("agent", FULL, starts=0, seconds=40)
        .leg("contact", FULL, starts=10, seconds=20, answered_by="unknown").machine("unknown")
        .becomes("connected", 20),
        _ended(_bridged("without a ringing event"), "completed", 33)
        .leg("agent", "initiated in-progress completed", starts=0, seconds=50)
        .leg("contact", "initiated in-progress completed", starts=9, seconds=33, answered_by="human").machine("human")
        .becomes("connected", 33),
        _ended(_bridged("voicemail picks up"), "completed", 31).leg("agent", FULL, starts=0, seconds=50)
        .leg("contact", FULL, starts=10, seconds=31, answered_by="machine").machine("machine_end_beep")
        .becomes("machine", 0, 31),
        _ended(_bridged("a fax"), "completed", 8).leg("agent", FULL, starts=0, seconds=30)
        .leg("contact", FULL, starts=10, seconds=8, answered_by="fax").machine("fax").becomes("machine", 0, 8),
        _ended(_bridged("a message is left"), "completed", 44).says("wrap-up-key", Digits="2")
        .leg("agent", FULL, starts=0, seconds=70).leg("contact", FULL, starts=10, seconds=44, answered_by="machine")
        .machine("machine_end_beep").becomes("left_voicemail", 0, 44),
        _ended(_bridged("machine, says detection; we talked, says the agent"), "completed", 90)
        .says("wrap-up-key", Digits="1").leg("agent", FULL, starts=0, seconds=120)
        .leg("contact", FULL, starts=10, seconds=90, answered_by="machine").machine("machine_start")
        .becomes("connected", 90),
        _ended(_bridged("busy"), "busy").leg("agent", FULL, starts=0, seconds=30)
        .leg("contact", "initiated busy", starts=10).becomes("busy"),
        _ended(_bridged("nobody answers"), "no-answer").leg("agent", FULL, starts=0, seconds=50)
        .leg("contact", "initiated ringing no-answer", starts=10).becomes("no_answer"),
        _ended(_bridged("the number is dead"), "failed").leg("agent", FULL, starts=0, seconds=20)
        .leg("contact", "initiated failed", starts=10).becomes("failed"),
        _bridged("the agent hangs up while it rings").leg("agent", FULL, starts=0, seconds=20)
        .leg("contact", "initiated ringing canceled", starts=10).becomes("canceled"),
        _outbound("no key").says("screen").leg("agent", FULL, starts=0, seconds=18).becomes("agent_missed"),
        _outbound("another key, then none").says("screen").says("screen-key", Digits="7")
        .leg("agent", FULL, starts=0, seconds=25).becomes("agent_missed"),
        _outbound("the agent does not pick up").leg("agent", "initiated ringing no-answer", starts=0)
        .becomes("agent_missed"),
        _outbound("the agent is busy").leg("agent", "initiated busy", starts=0).becomes("agent_missed"),
        _outbound("the agent's phone cannot be reached").leg("agent", "initiated failed", starts=0).becomes("failed"),
    ]  # fmt: skip


def _inbound_scripts() -> list[Script]:
    return [
        _ended(_inbound("taken").says("whisper").says("whisper-key", Digits="1"), "completed", 300)
        .leg("contact", "completed", starts=0, seconds=320).leg("agent", FULL, starts=2, seconds=300)
        .becomes("connected", 300),
        _inbound("taken, and the caller hangs up").says("whisper").says("whisper-key", Digits="1")
        .leg("contact", "completed", starts=0, seconds=99).leg("agent", FULL, starts=2, seconds=80)
        .becomes("connected", 80),
        _ended(_inbound("not taken, a message"), "no-answer").leg("contact", "completed", starts=0, seconds=50)
        .leg("agent", "initiated ringing no-answer", starts=2).leaves_message(14, "Please call me")
        .becomes("voicemail", 0, 14),
        _ended(_inbound("the agent's own voicemail, then a message").says("whisper"), "completed", 15)
        .leg("contact", "completed", starts=0, seconds=60).leg("agent", FULL, starts=2, seconds=15)
        .leaves_message(9).becomes("voicemail", 0, 9),
        _ended(_inbound("declined by key").says("whisper").says("whisper-key", Digits="2"), "completed", 6)
        .leg("contact", "completed", starts=0, seconds=40).leg("agent", FULL, starts=2, seconds=6)
        .leaves_message(21, "It is about the house").becomes("voicemail", 0, 21),
        _ended(_inbound("the agent is busy, no message"), "busy").leg("contact", "completed", starts=0, seconds=12)
        .leg("agent", "initiated busy", starts=2).becomes("missed"),
        _inbound("the caller hangs up while it rings").leg("contact", "completed", starts=0, seconds=0)
        .leg("agent", "initiated ringing canceled", starts=2).becomes("missed"),
    ]  # fmt: skip

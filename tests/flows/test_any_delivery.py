"""Whatever order, repetition or loss the carrier's news comes in, the call ends as the same row.

Fault rows F12 (doubled), F13 (any order), F14 and F15 (lost), F16 (late), F24 (recordings).
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from soi_dialer.carrier import parameters
from soi_dialer.domain.call import Known, derive
from soi_dialer.domain.facts import Fact
from tests.cast import START
from tests.flows.scripts import AGENT, CONTACT, Script, scripts
from tests.world import JANE, OUR_NUMBER, World, make_world

ORDERS = 500

DELIVERIES = 10
"""Of each script through the whole app; the orders themselves are gone through by the hundred on the fold."""

FINAL = ("completed", "busy", "no-answer", "failed", "canceled")

COMPARED = (
    "direction", "contact_id", "state", "outcome", "outcome_source", "measured_outcome", "disposition", "talk_seconds",
    "voicemail_seconds", "agent_leg_seconds", "contact_leg_seconds", "answered_by", "agent_sid", "contact_sid",
    "talk_started_at", "ended_at", "failure", "note",
)  # fmt: skip


def play(world: World, script: Script, news: list[tuple[str, dict[str, str]]], cuts: list[int]) -> dict:
    """Deliver the script: its dialogue in order, the news in the given order around it; then ask about silence."""
    ref = _begin(world, script)
    pending = list(zip(cuts, news, strict=True))
    for number, (step, params) in enumerate(script.dialogue):
        _deliver(world, script, ref, [one for cut, one in pending if cut == number])
        assert world.say(ref, step, **params).status_code == 200
    _deliver(world, script, ref, [one for cut, one in pending if cut >= len(script.dialogue)])
    world.reconcile_all()
    row = world.call(ref)
    return {name: row[name] for name in COMPARED} | {"debts": _debts(world), "messages": _messages(world)}


def _begin(world: World, script: Script) -> str:
    world.carrier.truth = {leg.sid: leg for leg in script.legs}
    world.carrier.recordings, world.carrier.transcripts = script.recordings, script.transcripts
    if script.direction == "outbound":
        world.carrier.next_sid = lambda letters="CA": AGENT
        return world.click()["ref"]
    world.post("/webhooks/voice/inbound", {"CallSid": CONTACT, "From": JANE, "To": OUR_NUMBER, "CallStatus": "ringing"})
    return world.inbound(CONTACT)["ref"]


def _deliver(world: World, script: Script, ref: str, news: list[tuple[str, dict[str, str]]]) -> None:
    for step, params in news:
        if script.direction == "inbound" and step == "contact-status":
            answer = world.post("/webhooks/voice/inbound/status", params)
        else:
            answer = world.say(ref, step, **params)
        assert answer.status_code == 204


def _debts(world: World) -> list[tuple]:
    return [(c["reason"], c["state"], c["turn"], c["attempts"], c["due_at"]) for c in world.callbacks()]


def _messages(world: World) -> list[tuple]:
    return [(v["recording_sid"], v["seconds"], v["transcript"]) for v in world.voicemails()]


def deliveries(script: Script, seed: int) -> list[tuple[list, list[int]]]:
    """Random orders of the news, some doubled and some lost; each piece anywhere in the dialogue that it can come."""
    chance = random.Random(f"{script.name}{seed}")
    shuffled = [chance.sample(script.news, len(script.news)) for _ in range(DELIVERIES)]
    return [_disturbed(order, script, chance) for order in shuffled]


def _disturbed(order: list, script: Script, chance: random.Random) -> tuple[list, list[int]]:
    manner = chance.random()
    lost = [one for one in order if manner < 0.35 and chance.random() < 0.3]
    doubled = [one for one in order if chance.random() < 0.25]
    news = [one for one in order if one not in lost] + chance.sample(doubled, len(doubled))
    return news, [chance.randint(earliest(script, one), len(script.dialogue)) for one in news]


def earliest(script: Script, one: tuple[str, dict[str, str]]) -> int:
    """News may be late without end, but nothing is told before it happened: after which dialogue this can come."""
    step, params = one
    steps = [name for name, _ in script.dialogue]
    first_leg = "agent-status" if script.direction == "outbound" else "contact-status"
    if step in ("recording", "transcription") or step == first_leg and params["CallStatus"] in FINAL:
        return len(steps)
    keys = [n + 1 for n, name in enumerate(steps) if name in ("screen-key", "whisper-key")]
    if step in ("contact-status", "machine") or step == "agent-status" and params["CallStatus"] in FINAL:
        return max(keys, default=steps.index("whisper") + 1 if "whisper" in steps else 0)
    return 0


EVERY = pytest.mark.parametrize("script", scripts(), ids=lambda script: script.name)


@EVERY
def test_every_order_of_the_facts_derives_the_same_call(script: Script):
    """All permutations or 500 random deliveries, doubled and lost; what was lost is fetched at the end."""
    facts = [read_fact(step, params) for step, params in script.news + script.dialogue if step in READERS]
    known = what_the_row_knows(script)
    expected = derive(known, facts + fetched(script))
    assert (expected.outcome, expected.talk_seconds, expected.voicemail_seconds) == script.expected
    for order in orders(script, facts):
        assert derive(known, order + fetched(script)) == expected
        if len(set(order)) == len(facts):
            assert derive(known, order) == expected  # nothing lost: the webhooks alone tell it all


@EVERY
def test_every_delivery_to_the_app_gives_the_same_call(script: Script, tmp_path: Path):
    world = Replay(tmp_path)
    in_order = world.play(script, script.news, [len(script.dialogue)] * len(script.news))
    assert (in_order["outcome"], in_order["talk_seconds"], in_order["voicemail_seconds"]) == script.expected
    assert in_order["state"] == "ended"
    for news, cuts in deliveries(script, seed=1):
        assert world.play(script, news, cuts) == in_order, [step for step, _ in news]
    world.close()


def test_with_every_webhook_lost_the_carriers_list_tells_the_same(tmp_path: Path):
    """F14"""
    world = Replay(tmp_path)
    for script in scripts():
        in_order = world.play(script, script.news, [len(script.dialogue)] * len(script.news))
        assert world.play(script, [], []) == in_order, script.name
    world.close()


def test_the_same_on_postgresql(tmp_path: Path, postgresql_url: str):
    world = Replay(tmp_path, postgresql_url)
    for script in scripts():
        in_order = world.play(script, script.news, [len(script.dialogue)] * len(script.news))
        for news, cuts in deliveries(script, seed=2)[:3]:
            assert world.play(script, news, cuts) == in_order
    world.close()


READERS = {
    "agent-status": lambda pairs: parameters.leg_moved(pairs, "agent"),
    "contact-status": lambda pairs: parameters.leg_moved(pairs, "contact"),
    "machine": parameters.machine_detected,
    "recording": parameters.recorded,
    "transcription": parameters.transcribed,
    "bridge-ended": parameters.bridge_ended,
    "ring-ended": parameters.bridge_ended,
}


def read_fact(step: str, params: dict[str, str]) -> Fact:
    return READERS[step](list(params.items()))


def what_the_row_knows(script: Script) -> Known:
    keys = {(step, params.get("Digits")) for step, params in script.dialogue}
    said = {"1": "connected", "2": "left_voicemail"}
    return Known(
        direction=script.direction,
        agent_sid=AGENT if script.direction == "outbound" else None,
        contact_sid=CONTACT if script.direction == "inbound" else None,
        claimed_at=START if keys & {("screen-key", "1"), ("whisper-key", "1")} else None,
        disposition=next((said[digit] for step, digit in keys if step == "wrap-up-key"), None),
    )


def fetched(script: Script) -> list[Fact]:
    legs = [report.as_fact("agent" if report.sid == AGENT else "contact") for report in script.legs]
    return legs + [recording.as_fact() for recording in script.recordings]


def orders(script: Script, facts: list[Fact]) -> Iterator[list[Fact]]:
    if math.factorial(len(facts)) <= ORDERS:
        yield from (list(order) for order in itertools.permutations(facts))
    chance = random.Random(script.name)
    for _ in range(ORDERS):
        lost = chance.random() * 0.5
        kept = [fact for fact in facts if chance.random() >= lost] if chance.random() < 0.5 else list(facts)
        doubled = [fact for fact in kept if chance.random() < 0.3]
        yield chance.sample(kept + doubled, len(kept) + len(doubled))


class Replay:
    """One installation in which a script is played again and again; between plays its calls are removed."""

    def __init__(self, tmp_path: Path, url: str | None = None) -> None:
        self.world = make_world(tmp_path, url or f"sqlite:///{tmp_path / 'test.db'}")
        self.start = self.world.now

    def play(self, script: Script, news: list, cuts: list[int]) -> dict:
        self._forget()
        self.world.now = self.start
        return play(self.world, script, news, cuts)

    def close(self) -> None:
        self.world.close()

    def _forget(self) -> None:
        with self.world.dialer.db.write() as connection:
            connection.exec_driver_sql("UPDATE call SET callback_id = NULL")
            connection.exec_driver_sql("UPDATE callback SET returned_call_id = NULL")
            for table in ("voicemail", "callback_event", "call_event", "callback", "call"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql("UPDATE contact SET last_talked_at = NULL")

"""The whole room against the phone company in a box: real requests, signed webhooks, documents that are carried out."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from soi_dialer.carrier import parameters, twiml
from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.errors import Refused
from soi_dialer.domain.facts import BridgeEnded, KeyPressed
from soi_dialer.simulator.server import Running, start_in_thread
from tests.carrier.line import Line

ACCOUNT = "AC" + "7" * 32
TOKEN = "token-of-the-carrier-tests"
REF = "0123456789abcdef" * 2
OURS, AGENT, CONTACT = "+14155550100", "+14155550111", "+14155550122"
WORDS = "Hi, it is Jane, please call me back about the house."


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line(ACCOUNT, TOKEN)
    yield line
    line.stop()
    assert line.refused == 0


@pytest.fixture
def company(line: Line) -> Iterator[Running]:
    running = start_in_thread(ACCOUNT, TOKEN, scale=500, numbers=[OURS])
    yield running
    running.stop()


@pytest.fixture
def carrier(line: Line, company: Running) -> Iterator[Carrier]:
    carrier = Carrier(account_sid=ACCOUNT, auth_tokens=(TOKEN,), api_url=company.url, public_url=line.url)
    yield carrier
    carrier.close()


@pytest.fixture
def behave(company: Running) -> Callable[..., None]:
    def put(number: str, **persona: Any) -> None:
        answer = requests.put(f"{company.url}/_sim/handsets/{number}", json={"persona": persona}, timeout=10)
        assert answer.ok, answer.text

    return put


def settle(company: Running) -> None:
    assert company.company.wait_idle(10)
    state = requests.get(f"{company.url}/_sim/state", timeout=10).json()
    assert state["problems"] == []  # nothing that Twilio would have warned of


@pytest.fixture
def outbound(line: Line, carrier: Carrier) -> Line:
    """The dialogue with the agent: screen, bridge, wrap-up, note."""
    url = functools.partial(carrier.webhook_url, REF)
    line.on |= {
        "agent-status": lambda pairs: parameters.leg_moved(pairs, "agent"),
        "contact-status": lambda pairs: parameters.leg_moved(pairs, "contact"),
        "machine": parameters.machine_detected,
        "recording": parameters.recorded,
        "transcript": parameters.transcribed,
        "screen": lambda pairs: twiml.screen("Jane Doe & <family>. Press 1.", url("key")),
        "wrap-up": lambda pairs: twiml.record_note(
            "Speak after the beep.", url("noted"), url("recording"), url("transcript")
        ),
        "noted": lambda pairs: twiml.say_and_hang_up("Goodbye."),
    }

    def key(pairs: list[tuple[str, str]]) -> str:
        line.facts.append(("key", parameters.key_pressed(pairs, "screen")))
        return twiml.bridge(
            number=CONTACT,
            caller_id=OURS,
            ended_url=url("ended"),
            status_url=url("contact-status"),
            machine_url=url("machine"),
        )

    def ended(pairs: list[tuple[str, str]]) -> str:
        line.facts.append(("ended", parameters.bridge_ended(pairs)))
        return twiml.wrap_up("How did it go?", url("wrap-up"))

    line.on |= {"key": key, "ended": ended}
    return line


@pytest.fixture
def inbound(line: Line, carrier: Carrier) -> Line:
    """The dialogue with a caller: ring the agent with a whisper; not taken, greet and record."""
    url = functools.partial(carrier.webhook_url, REF)

    def incoming(pairs: list[tuple[str, str]]) -> str:
        line.facts.append(("inbound", parameters.incoming_call(pairs)))
        return twiml.ring_agent_phone(
            number=AGENT,
            caller_id=OURS,
            whisper_url=url("whisper"),
            ended_url=url("ended"),
            status_url=url("agent-status"),
        )

    def ended(pairs: list[tuple[str, str]]) -> str:
        fact = parameters.bridge_ended(pairs)
        line.facts.append(("ended", fact))
        if fact.bridged:
            return twiml.hang_up()
        return twiml.greeting("Please leave a message.", url("done"), url("recording"), url("transcript"))

    line.on |= {
        "inbound": incoming,
        "ended": ended,
        "whisper": lambda pairs: twiml.whisper("Jane. Press 1.", url("accept")),
        "accept": lambda pairs: twiml.join(),
        "agent-status": lambda pairs: parameters.leg_moved(pairs, "agent"),
        "number-status": lambda pairs: parameters.leg_moved(pairs, "contact"),
        "recording": parameters.recorded,
        "transcript": parameters.transcribed,
        "done": lambda pairs: twiml.say_and_hang_up("Thank you."),
        "text": lambda pairs: line.facts.append(("text", parameters.incoming_text(pairs))) or twiml.join(),
    }
    address = f"{line.url}/webhooks/voice"
    carrier.configure_number(OURS, f"{address}/inbound", f"{address}/number-status", f"{line.url}/webhooks/sms/text")
    return line


def call_in(company: Running, **body: Any) -> str:
    answer = requests.post(f"{company.url}/_sim/handsets/{CONTACT}/call", json={"to": OURS, **body}, timeout=10)
    assert answer.ok, answer.text
    return answer.json()["call_sid"]


def test_a_talk_is_told_alike_by_webhooks_and_by_asking(
    outbound: Line, company: Running, carrier: Carrier, behave: Callable[..., None]
) -> None:
    behave(AGENT, keys=["1", "4"], talk_seconds=None, message="She wants to sell.")
    behave(CONTACT, talk_seconds=540)
    placed = carrier.ring_agent(ref=REF, to=AGENT, from_=OURS)
    settle(company)
    [child] = carrier.list_children(placed.sid)
    assert outbound.heard("key") == [KeyPressed(placed.sid, "screen", "1")]
    assert outbound.heard("ended") == [BridgeEnded(placed.sid, "completed", child.sid, 540, True)]
    last = max(outbound.heard("contact-status"), key=lambda fact: fact.sequence)
    fetched = child.as_fact("contact")
    assert (last.sid, last.parent_sid, last.status, last.seconds, last.at) == (
        fetched.sid,
        placed.sid,
        fetched.status,
        fetched.seconds,
        fetched.at,
    )
    assert {fact.status for fact in outbound.heard("agent-status")} == {"initiated", "ringing", "answered", "completed"}
    assert [fact.answered_by for fact in outbound.heard("machine")] == ["human"]


def test_a_note_is_recorded_and_written_down(
    outbound: Line, company: Running, carrier: Carrier, behave: Callable[..., None]
) -> None:
    behave(AGENT, keys=["1", "4"], talk_seconds=None, message="She wants to sell.")
    behave(CONTACT, kind="busy")
    placed = carrier.ring_agent(ref=REF, to=AGENT, from_=OURS)
    settle(company)
    [told] = [fact for fact in outbound.heard("recording") if fact.status == "completed"]
    [report] = carrier.list_recordings(placed.sid)
    assert (report.sid, report.call_sid, report.seconds) == (told.recording_sid, placed.sid, told.seconds)
    [transcript] = outbound.heard("transcript")
    assert carrier.fetch_transcript(report.sid) == transcript.text == "She wants to sell."


def test_a_message_is_heard_read_and_fetched(
    inbound: Line, company: Running, carrier: Carrier, behave: Callable[..., None]
) -> None:
    behave(AGENT, kind="rings_out")
    behave(CONTACT, message=WORDS, message_seconds=9)
    sid = call_in(company)
    settle(company)
    [incoming] = inbound.heard("inbound")
    assert (incoming.sid, incoming.caller, incoming.called) == (sid, CONTACT, OURS)
    [told] = [fact for fact in inbound.heard("recording") if fact.status == "completed"]
    assert told.sid == sid
    assert carrier.fetch_transcript(told.recording_sid) == WORDS
    assert carrier.fetch_audio(told.recording_sid).content_type == "audio/wav"
    assert inbound.heard("number-status")[-1].status == "completed"


def test_an_agent_who_presses_1_is_joined_to_the_caller(
    inbound: Line, company: Running, carrier: Carrier, behave: Callable[..., None]
) -> None:
    behave(AGENT, keys=["1"], talk_seconds=None)
    behave(CONTACT, talk_seconds=300)
    sid = call_in(company)
    settle(company)
    [ended] = inbound.heard("ended")
    assert (ended.sid, ended.bridged, ended.status, ended.first_leg_is_over) == (sid, True, "completed", True)
    assert carrier.list_recordings(sid) == []


def test_an_agent_s_voicemail_is_never_joined(
    inbound: Line, company: Running, carrier: Carrier, behave: Callable[..., None]
) -> None:
    behave(AGENT, kind="voicemail")
    behave(CONTACT, message=WORDS)
    sid = call_in(company)
    settle(company)
    assert inbound.heard("ended")[0].bridged is False
    assert len(carrier.list_recordings(sid)) == 1


@pytest.mark.parametrize("shown", ["anonymous", "+266696687"])
def test_a_withheld_caller_has_no_number(
    inbound: Line, company: Running, behave: Callable[..., None], shown: str
) -> None:
    behave(AGENT, kind="busy")
    call_in(company, **{"from_display": shown})
    settle(company)
    assert inbound.heard("inbound")[0].caller is None


def test_a_call_under_way_is_hung_up_once(
    outbound: Line, company: Running, carrier: Carrier, behave: Callable[..., None]
) -> None:
    behave(AGENT, kind="manual")
    placed = carrier.ring_agent(ref=REF, to=AGENT, from_=OURS)
    assert carrier.hang_up(placed.sid) is not None
    settle(company)
    assert carrier.hang_up(placed.sid) is None
    assert carrier.fetch_call(placed.sid).status in ("canceled", "completed", "no_answer")


def test_a_call_whose_answer_was_lost_is_found_again(
    outbound: Line, company: Running, carrier: Carrier, behave: Callable[..., None]
) -> None:
    behave(AGENT, kind="manual")
    since = datetime.now(UTC)
    placed = carrier.ring_agent(ref=REF, to=AGENT, from_=OURS)
    assert placed.sid in [report.sid for report in carrier.list_calls(to=AGENT, from_=OURS, since=since)]
    assert carrier.list_calls(to=AGENT, from_=OURS, since=since + timedelta(days=1)) == []
    assert carrier.list_calls(to=CONTACT, from_=OURS, since=since) == []
    assert placed.sid in [report.sid for report in carrier.list_calls_since(since - timedelta(seconds=1))]
    assert carrier.list_calls_since(since + timedelta(days=1)) == []
    assert carrier.list_recordings_since(since) == []


@pytest.mark.parametrize(
    ("to", "from_", "code"), [("+1", OURS, 21211), (OURS, OURS, 21211), (AGENT, "+14155550199", 21210)]
)
def test_a_number_that_cannot_be_used_is_refused(carrier: Carrier, to: str, from_: str, code: int) -> None:
    with pytest.raises(Refused) as raised:
        carrier.ring_agent(ref=REF, to=to, from_=from_)
    assert raised.value.code == code


def test_a_wrong_token_is_refused(company: Running, line: Line) -> None:
    stranger = Carrier(account_sid=ACCOUNT, auth_tokens=("wrong",), api_url=company.url, public_url=line.url)
    with pytest.raises(Refused) as raised:
        stranger.account()
    stranger.close()
    assert raised.value.code == 20003


def test_the_account_and_its_numbers_are_there(inbound: Line, carrier: Carrier) -> None:
    assert carrier.account().sid == ACCOUNT
    [number] = carrier.list_numbers()
    assert (number.number, number.voice_url) == (OURS, f"{inbound.url}/webhooks/voice/inbound")


def test_texts_go_out_and_come_in(inbound: Line, company: Running, carrier: Carrier) -> None:
    assert carrier.send_message(AGENT, OURS, "Call Jane back").startswith("SM")
    body = {"from": CONTACT, "to": OURS, "body": "Are you free?\x00"}
    answer = requests.post(f"{company.url}/_sim/sms", json=body, timeout=10)
    assert answer.ok, answer.text
    deadline = time.monotonic() + 5
    while not inbound.heard("text") and time.monotonic() < deadline:
        time.sleep(0.01)
    [text] = inbound.heard("text")
    assert (text.caller, text.called, text.body) == (CONTACT, OURS, "Are you free?")

"""An agent is rung, presses 1, and is joined with a contact."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from tests.simulator.receiver import AGENT, CONTACT, OURS

EVENTS = "initiated ringing answered completed"


@pytest.fixture
def bridge(receiver):
    """The usual script: a screen with key 1, a Dial to the contact, a wrap-up question."""
    url = receiver.url
    receiver.script = {
        "/screen": f'<Gather numDigits="1" timeout="8" action="{url}/key"><Say>Jane Doe. Press 1.</Say></Gather>'
        "<Hangup/>",
        "/key": f'<Dial action="{url}/ended" callerId="{OURS}"><Number statusCallback="{url}/contact-status" '
        f'statusCallbackEvent="{EVENTS}" machineDetection="DetectMessageEnd" amdStatusCallback="{url}/machine">'
        f"{CONTACT}</Number></Dial>",
        "/ended": f'<Gather numDigits="1" action="{url}/wrap-up"><Say>How did it go?</Say></Gather><Hangup/>',
        "/wrap-up": "<Hangup/>",
    }
    return receiver


def test_a_nine_minute_talk_takes_seconds_and_says_nine_minutes(phones, bridge, place):
    phones.persona(AGENT, kind="answers", keys=["1", "2"], talk_seconds=None)
    phones.persona(CONTACT, kind="answers", answer_seconds=8, talk_seconds=540)
    call = place()
    phones.settle()
    child = phones.client.calls.list(parent_call_sid=call.sid)[0]
    ended = bridge.at("/ended")[0].params
    assert (child.status, child.duration, child.direction) == ("completed", "540", "outbound-dial")
    assert (ended["DialCallStatus"], ended["DialCallDuration"], ended["DialBridged"]) == ("completed", "540", "true")
    assert (ended["DialCallSid"], ended["CallSid"]) == (child.sid, call.sid)
    assert [heard.params["Digits"] for heard in bridge.at("/key") + bridge.at("/wrap-up")] == ["1", "2"]
    assert phones.state()["problems"] == []


def test_the_progress_of_both_legs_is_reported_in_order_with_numbers(phones, bridge, place):
    phones.persona(AGENT, keys=["1"], talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=30)
    call = place()
    phones.settle()
    for path in ("/agent-status", "/contact-status"):
        assert bridge.words(path) == ["initiated", "ringing", "in-progress", "completed"]
        assert bridge.words(path, "SequenceNumber") == ["0", "1", "2", "3"]
        assert set(bridge.words(path, "CallbackSource")) == {"call-progress-events"}
    assert {heard.params["ParentCallSid"] for heard in bridge.at("/contact-status")} == {call.sid}
    assert "ParentCallSid" not in bridge.at("/agent-status")[0].params


def test_reported_times_agree_with_the_rest_record(phones, bridge, place):
    phones.persona(AGENT, keys=["1"], talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=75)
    place()
    phones.settle()
    for leg in phones.legs():
        assert (leg.end_time - leg.start_time).total_seconds() == int(leg.duration)
    last = bridge.at("/contact-status")[-1].params
    child = next(leg for leg in phones.legs() if leg.parent_call_sid)
    assert parsedate_to_datetime(last["Timestamp"]) == child.end_time
    assert last["CallDuration"] == child.duration == "75"
    assert "Duration" not in last
    assert bridge.at("/agent-status")[-1].params["Duration"] == "2"


@pytest.mark.parametrize(
    ("persona", "status", "sip"),
    [
        ({"kind": "busy"}, "busy", "486"),
        ({"kind": "declines"}, "busy", "603"),
        ({"kind": "rings_out"}, "no-answer", "487"),
        ({"kind": "answers", "answer_seconds": 90}, "no-answer", "487"),
        ({"kind": "unreachable"}, "failed", "404"),
    ],
)
def test_a_contact_who_does_not_answer_ends_the_dial_and_the_agent_is_asked(
    phones, bridge, place, persona, status, sip
):
    phones.persona(AGENT, keys=["1", "3"])
    phones.persona(CONTACT, **persona)
    place()
    phones.settle()
    ended = bridge.at("/ended")[0].params
    assert (ended["DialCallStatus"], ended["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in ended
    last = bridge.at("/contact-status")[-1].params
    assert (last["CallStatus"], last["SipResponseCode"]) == (status, sip)
    assert bridge.at("/wrap-up")[0].params["Digits"] == "3"


def test_an_agent_who_presses_nothing_is_hung_up_and_nobody_else_rings(phones, bridge, place):
    phones.persona(AGENT, keys=[])
    call = place()
    phones.settle()
    assert phones.client.calls.list(parent_call_sid=call.sid) == []
    assert call.fetch().status == "completed"


@pytest.mark.parametrize("persona", [{"kind": "busy"}, {"kind": "rings_out"}, {"kind": "unreachable"}])
def test_no_document_is_fetched_for_an_agent_who_does_not_answer(phones, bridge, place, persona):
    phones.persona(AGENT, **persona)
    call = place(timeout=20)
    phones.settle()
    assert bridge.at("/screen") == []
    assert call.fetch().status in ("busy", "no-answer", "failed")
    assert call.fetch().duration is None


@pytest.mark.parametrize(
    ("persona", "answered_by"),
    [
        ({"kind": "answers"}, "human"),
        ({"kind": "voicemail", "takes_seconds": 20}, "machine_end_beep"),
        ({"kind": "voicemail", "takes_seconds": 20, "beep": False}, "machine_end_silence"),
        ({"kind": "voicemail", "takes_seconds": 20, "greeting_seconds": 45}, "machine_end_other"),
        ({"kind": "answers", "answered_by": "unknown"}, "unknown"),
    ],
)
def test_machine_detection_tells_who_answered_the_contact_leg(phones, bridge, place, persona, answered_by):
    phones.persona(AGENT, keys=["1"], talk_seconds=None)
    phones.persona(CONTACT, **persona)
    call = place()
    phones.settle()
    machine = bridge.at("/machine")[0].params
    assert (machine["AnsweredBy"], machine["AccountSid"]) == (answered_by, call.account_sid)
    assert machine["CallSid"] == bridge.at("/ended")[0].params["DialCallSid"]
    assert int(machine["MachineDetectionDuration"]) >= 3000
    assert phones.client.calls.list(parent_call_sid=call.sid)[0].answered_by == answered_by


def test_machine_detection_says_nothing_when_the_contact_hangs_up_at_once(phones, bridge, place):
    phones.persona(AGENT, keys=["1"], talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=2)
    place()
    phones.settle()
    assert bridge.at("/machine") == []


def test_an_agent_who_hangs_up_first_ends_the_contact_and_the_action_is_still_requested(phones, bridge, place):
    phones.persona(AGENT, keys=["1"], talk_seconds=100)
    phones.persona(CONTACT, talk_seconds=None)
    place()
    phones.settle()
    ended = bridge.at("/ended")[0].params
    assert (ended["CallStatus"], ended["DialCallStatus"]) == ("completed", "completed")
    assert ended["DialCallDuration"] == "100"
    assert bridge.at("/wrap-up") == []
    assert bridge.words("/contact-status")[-1] == "completed"


def test_star_ends_the_contact_leg_only_where_the_dial_allows_it(phones, bridge, place):
    bridge.script["/key"] = bridge.script["/key"].replace("<Dial ", '<Dial hangupOnStar="true" ')
    phones.persona(AGENT, keys=["1", "1"], talk_seconds=None, star_seconds=33)
    phones.persona(CONTACT, talk_seconds=None)
    place()
    phones.settle()
    assert bridge.at("/ended")[0].params["DialCallDuration"] == "33"
    assert bridge.at("/wrap-up")[0].params["CallStatus"] == "in-progress"


def test_several_numbers_ring_together_and_the_first_to_answer_wins(phones, bridge, place):
    both = f"<Number>{CONTACT}</Number><Number>+14155550133</Number>"
    bridge.script["/key"] = f'<Dial action="{bridge.url}/ended">{both}</Dial>'
    phones.persona(AGENT, keys=["1"], talk_seconds=None)
    phones.persona(CONTACT, answer_seconds=9)
    phones.persona("+14155550133", answer_seconds=4, talk_seconds=20)
    call = place()
    phones.settle()
    statuses = {leg.to: leg.status for leg in phones.client.calls.list(parent_call_sid=call.sid)}
    assert statuses == {CONTACT: "canceled", "+14155550133": "completed"}


def test_an_answered_contact_is_hung_up_when_the_time_limit_is_reached(phones, bridge, place):
    bridge.script["/key"] = bridge.script["/key"].replace("<Dial ", '<Dial timeLimit="50" ')
    phones.persona(AGENT, keys=["1"], talk_seconds=None)
    phones.persona(CONTACT, talk_seconds=None)
    place()
    phones.settle()
    assert bridge.at("/ended")[0].params["DialCallDuration"] == "50"


def test_a_person_at_the_handset_answers_presses_and_hangs_up(phones, bridge, place):
    phones.persona(AGENT, kind="manual")
    phones.persona(CONTACT, kind="manual")
    place()
    phones.until(AGENT, state="ringing", other=OURS)
    phones.post(f"handsets/{AGENT}/answer")
    phones.until(AGENT, wants="keys", hears="Jane Doe. Press 1.")
    phones.post(f"handsets/{AGENT}/press", {"digits": "1"})
    phones.until(CONTACT, state="ringing")
    phones.post(f"handsets/{CONTACT}/answer")
    phones.until(CONTACT, state="in-call")
    phones.post(f"handsets/{CONTACT}/hang-up")
    phones.until(AGENT, wants="keys", hears="How did it go?")
    phones.post(f"handsets/{AGENT}/press", {"digits": "2"})
    phones.settle()
    assert bridge.at("/wrap-up")[0].params["Digits"] == "2"
    assert phones.handset(AGENT)["state"] == phones.handset(CONTACT)["state"] == "idle"


def test_machine_detection_of_the_first_leg_holds_its_document_back(phones, bridge, place):
    phones.persona(AGENT, kind="voicemail")
    place(machine_detection="DetectMessageEnd")
    phones.settle()
    assert bridge.at("/screen")[0].params["AnsweredBy"] == "machine_end_beep"


def test_machine_detection_of_the_first_leg_can_run_beside_its_document(phones, bridge, place):
    phones.persona(AGENT, keys=[])
    place(machine_detection="Enable", async_amd="true", async_amd_status_callback=f"{bridge.url}/amd")
    phones.settle()
    assert "AnsweredBy" not in bridge.at("/screen")[0].params
    assert bridge.words("/amd", "AnsweredBy") == ["human"]

"""Many calls at once, with every persona and manner mixed: each ends, and everything adds up."""

from __future__ import annotations

import random

from soi_dialer.simulator.records import FINAL
from tests.simulator.receiver import OURS

PERSONAS = [
    {"kind": "answers", "keys": ["1", "2"], "talk_seconds": None},
    {"kind": "answers", "keys": ["1"], "hang_up_seconds": 4},
    {"kind": "answers", "talk_seconds": 300},
    {"kind": "answers", "talk_seconds": 2},
    {"kind": "busy"},
    {"kind": "rings_out"},
    {"kind": "declines"},
    {"kind": "voicemail", "takes_seconds": 30},
    {"kind": "unreachable"},
]
CALLS = 50


def test_a_storm_of_calls_ends_with_every_leg_final_and_no_handset_in_use(phones, receiver):
    url, lot = receiver.url, random.Random(11)
    numbers = [f"+1415556{index:04}" for index in range(2 * CALLS)]
    for number in numbers:
        phones.persona(number, **lot.choice(PERSONAS))
    phones.put("manners", {"manner": "doubled", "seed": 3, "scale": 2000})

    def key(heard):
        contact = numbers[numbers.index(heard.params["To"]) + CALLS]
        return (
            f'<Dial action="{url}/ended"><Number statusCallback="{url}/contact-status" machineDetection="Enable" '
            f'amdStatusCallback="{url}/machine">{contact}</Number></Dial>'
        )

    receiver.script = {
        "/screen": f'<Gather numDigits="1" action="{url}/key"/>',
        "/key": key,
        "/ended": "<Hangup/>",
    }
    for number in numbers[:CALLS]:
        phones.client.calls.create(to=number, from_=OURS, url=f"{url}/screen", status_callback=f"{url}/agent-status")
    phones.settle()
    legs = phones.client.calls.list(page_size=1000)
    assert {leg.status for leg in legs} <= FINAL
    children = [leg for leg in legs if leg.parent_call_sid]
    assert len(legs) - len(children) == CALLS
    assert len(receiver.at("/agent-status")) == 2 * CALLS
    assert len(receiver.at("/contact-status")) == 2 * len(children)
    assert sum(heard.params["DialBridged"] == "true" for heard in receiver.at("/ended")) > 3
    state = phones.state()
    assert {handset["state"] for handset in state["handsets"]} == {"idle"}
    assert (state["problems"], state["pending"], state["live"]) == ([], 0, 0)

"""The dialogue of a call that comes in: ring the agent, whisper and key 1, or greet and record."""

from __future__ import annotations

from flask import Blueprint, Response

from soi_dialer.carrier import parameters, twiml
from soi_dialer.flows import answer_agent, take_call, wrap_up
from webhooks.reading import read
from webhooks.request import dialer, verified, xml

blueprint = Blueprint("inbound", __name__, url_prefix="/webhooks/voice")


@blueprint.post("/inbound")
def inbound() -> Response:
    incoming = read(verified(), parameters.incoming_call)
    reply = take_call.take_call(dialer(), sid=incoming.sid, caller=incoming.caller, called=incoming.called)
    return _answer("", reply)


@blueprint.post("/<ref>/whisper")
def whisper(ref: str) -> Response:
    fact = read(verified(), lambda pairs: parameters.leg_moved(pairs, "agent"))
    return _answer(ref, take_call.whisper(dialer(), ref, fact))


@blueprint.post("/<ref>/whisper-key")
def whisper_key(ref: str) -> Response:
    fact = read(verified(), lambda pairs: parameters.key_pressed(pairs, "whisper"))
    return _answer(ref, take_call.press_whisper_key(dialer(), ref, fact))


@blueprint.post("/<ref>/ring-ended")
def ring_ended(ref: str) -> Response:
    fact = read(verified(), parameters.bridge_ended)
    return _answer(ref, take_call.end_ringing(dialer(), ref, fact))


@blueprint.post("/<ref>/message-recorded")
def message_recorded(ref: str) -> Response:
    fact = read(verified(), parameters.recorded)
    return _answer(ref, take_call.message_recorded(dialer(), ref, fact))


def _answer(ref: str, reply: object) -> Response:
    """The flow's decision as a document; for a number or a call that is nobody's, hang up."""
    url = dialer().carrier.webhook_url
    match reply:
        case take_call.RingAgent(ref, number, caller_id):
            return xml(
                twiml.ring_agent_phone(
                    number=number,
                    caller_id=caller_id,
                    whisper_url=url(ref, "whisper"),
                    ended_url=url(ref, "ring-ended"),
                    status_url=url(ref, "agent-status"),
                )
            )
        case take_call.TakeMessage(ref, words):
            steps = (url(ref, step) for step in ("message-recorded", "recording", "transcription"))
            return xml(twiml.greeting(words, *steps))
        case take_call.Join():
            return xml(twiml.join())
        case answer_agent.AskKey(words):
            return xml(twiml.whisper(words, url(ref, "whisper-key")))
        case answer_agent.Say(words):
            return xml(twiml.say_and_hang_up(words))
        case wrap_up.Over():
            return xml(twiml.hang_up())
        case _:
            return xml(twiml.hang_up())

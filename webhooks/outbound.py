"""The dialogue with the agent on a call that they started: screen, key 1, bridge, wrap-up, note."""

from __future__ import annotations

from flask import Blueprint, Response

from soi_dialer.carrier import parameters, twiml
from soi_dialer.domain.words import already_handled_words
from soi_dialer.flows import answer_agent, wrap_up
from webhooks.reading import read
from webhooks.request import dialer, verified, xml

blueprint = Blueprint("outbound", __name__, url_prefix="/webhooks/voice")


@blueprint.post("/<ref>/screen")
def screen(ref: str) -> Response:
    fact = read(verified(), lambda pairs: parameters.leg_moved(pairs, "agent"))
    return answer(ref, answer_agent.answer_agent(dialer(), ref, fact), "screen-key")


@blueprint.post("/<ref>/screen-key")
def screen_key(ref: str) -> Response:
    fact = read(verified(), lambda pairs: parameters.key_pressed(pairs, "screen"))
    return answer(ref, answer_agent.press_key(dialer(), ref, fact), "screen-key")


@blueprint.post("/<ref>/bridge-ended")
def bridge_ended(ref: str) -> Response:
    fact = read(verified(), parameters.bridge_ended)
    return answer(ref, wrap_up.end_bridge(dialer(), ref, fact), "wrap-up-key")


@blueprint.post("/<ref>/wrap-up-key")
def wrap_up_key(ref: str) -> Response:
    fact = read(verified(), lambda pairs: parameters.key_pressed(pairs, "wrap_up"))
    return answer(ref, wrap_up.press_wrap_up(dialer(), ref, fact), "wrap-up-key")


@blueprint.post("/<ref>/note-recorded")
def note_recorded(ref: str) -> Response:
    verified()
    return answer(ref, wrap_up.note_recorded(), "")


def answer(ref: str, reply: object, key_step: str) -> Response:
    """The flow's decision as a document. A call that is not ours is over, in the same words as one that is."""
    url = dialer().carrier.webhook_url
    match reply:
        case answer_agent.AskKey(words):
            return xml(twiml.screen(words, url(ref, key_step)))
        case answer_agent.Say(words):
            return xml(twiml.say_and_hang_up(words))
        case answer_agent.Bridge(number, caller_id):
            return xml(
                twiml.bridge(
                    number=number,
                    caller_id=caller_id,
                    ended_url=url(ref, "bridge-ended"),
                    status_url=url(ref, "contact-status"),
                    machine_url=url(ref, "machine"),
                )
            )
        case wrap_up.RecordNote(words):
            steps = (url(ref, step) for step in ("note-recorded", "recording", "transcription"))
            return xml(twiml.record_note(words, *steps))
        case wrap_up.Over():
            return xml(twiml.hang_up())
        case _:
            return xml(twiml.say_and_hang_up(already_handled_words()))

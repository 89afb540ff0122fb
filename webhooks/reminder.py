"""The dialogue of a call that reminds: who waits, and what the keys do."""

from __future__ import annotations

from flask import Blueprint, Response

from soi_dialer.carrier import parameters, twiml
from soi_dialer.flows import phone_reminder
from webhooks import outbound
from webhooks.reading import read
from webhooks.request import dialer, verified, xml

blueprint = Blueprint("reminder", __name__, url_prefix="/webhooks/voice")


@blueprint.post("/<ref>/reminder")
def reminder(ref: str) -> Response:
    fact = read(verified(), lambda pairs: parameters.leg_moved(pairs, "agent"))
    return _answer(ref, phone_reminder.answer_reminder(dialer(), ref, fact))


@blueprint.post("/<ref>/reminder-key")
def reminder_key(ref: str) -> Response:
    fact = read(verified(), lambda pairs: parameters.key_pressed(pairs, "reminder"))
    return _answer(ref, phone_reminder.press_reminder_key(dialer(), ref, fact))


def _answer(ref: str, reply: object) -> Response:
    """After key 1 the call is like any other that the agent started."""
    if isinstance(reply, phone_reminder.AskReminder):
        key_url = dialer().carrier.webhook_url(ref, "reminder-key")
        return xml(twiml.reminder(reply.words, key_url, reply.sound_url))
    return outbound.answer(ref, reply, "reminder-key")

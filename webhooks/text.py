"""A text message to one of our numbers: the person gets a call, not a text, so it opens a callback."""

from __future__ import annotations

from flask import Blueprint, Response

from soi_dialer.carrier import parameters, twiml
from soi_dialer.flows.take_text import take_text
from webhooks.reading import read
from webhooks.request import dialer, verified, xml

blueprint = Blueprint("text", __name__, url_prefix="/webhooks/sms")


@blueprint.post("/inbound")
def inbound() -> Response:
    text = read(verified(), parameters.incoming_text)
    take_text(dialer(), sid=text.sid, sender=text.caller, called=text.called, body=text.body)
    return xml(twiml.join())  # an empty document: no text back

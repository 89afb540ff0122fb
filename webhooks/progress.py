"""News of legs, machines, recordings and transcripts: kept durably, then answered 204.

These are the many; they go through the journal, which commits all that wait in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort

from soi_dialer.carrier import parameters
from soi_dialer.domain.facts import Fact
from soi_dialer.flows import failpoints
from soi_dialer.flows.follow_call import News
from soi_dialer.flows.take_call import ref_of_inbound
from webhooks.reading import read
from webhooks.request import dialer, nothing, verified

blueprint = Blueprint("progress", __name__, url_prefix="/webhooks/voice")


@blueprint.post("/<ref>/agent-status")
def agent_status(ref: str) -> Response:
    return _keep(ref, lambda pairs: parameters.leg_moved(pairs, "agent"))


@blueprint.post("/<ref>/contact-status")
def contact_status(ref: str) -> Response:
    return _keep(ref, lambda pairs: parameters.leg_moved(pairs, "contact"))


@blueprint.post("/<ref>/machine")
def machine(ref: str) -> Response:
    return _keep(ref, parameters.machine_detected)


@blueprint.post("/<ref>/recording")
def recording(ref: str) -> Response:
    return _keep(ref, parameters.recorded)


@blueprint.post("/<ref>/transcription")
def transcription(ref: str) -> Response:
    return _keep(ref, parameters.transcribed)


@blueprint.post("/inbound/status")
def inbound_status() -> Response:
    """The number's own callback at the end of a call to it; it carries no reference of ours, only the call's sid."""
    pairs = verified()
    fact = read(pairs, lambda p: parameters.leg_moved(p, "contact"))
    ref = ref_of_inbound(dialer(), fact.sid)
    if ref is None:
        abort(404)
    return _submit(ref, fact)


def _keep(ref: str, reader: Callable) -> Response:
    fact = read(verified(), reader)
    return nothing() if fact is None else _submit(ref, fact)


def _submit(ref: str, fact: Fact) -> Response:
    """Answered only when the fact is committed; 404 for a call that is not ours."""
    parts = dialer()
    if not parts.journal.submit(News(ref, fact, parts.clock())):
        abort(404)
    failpoints.reached("facts_committed")
    return nothing()

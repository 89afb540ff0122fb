"""REST: Calls. Twilio: Calls resource."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from flask import Response, jsonify, request
from werkzeug.datastructures import MultiDict

from soi_dialer.simulator import outbound, paging, resources
from soi_dialer.simulator.circuit import Signal
from soi_dialer.simulator.records import Detection, Leg, StatusCallback, new_sid
from soi_dialer.simulator.rest import company, ordered, rest
from soi_dialer.simulator.rest_errors import BAD_FROM, CALL_TO, MAGIC_FROM, RestError
from soi_dialer.simulator.source import Source
from soi_dialer.simulator.twiml_rules import ABSOLUTE, EVENTS
from soi_dialer.simulator.validity import is_e164

LONGEST_TWIML = 4000
SETTLE_SECONDS = 1.0
"""How long an update waits for its effect, so that its answer shows it."""

CREATE = frozenset(
    "To From Url Method Twiml FallbackUrl FallbackMethod StatusCallback StatusCallbackEvent StatusCallbackMethod "
    "Timeout TimeLimit SendDigits MachineDetection MachineDetectionTimeout MachineDetectionSpeechThreshold "
    "MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AsyncAmd AsyncAmdStatusCallback "
    "AsyncAmdStatusCallbackMethod CallerId CallReason CallToken Trim".split()
)
UPDATE = frozenset(
    "Url Method Twiml Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod TimeLimit".split()
)


@rest.post("/<account>/Calls.json")
def create_call(account: str) -> tuple[Response, int]:
    """Order a call; the answer is its first leg, still queued."""
    asked, here = request.form, company()
    _known(asked, CREATE)
    _check_parties(asked)
    ring_seconds = _whole(asked, "Timeout", 60, 1, 600, 21208)
    order = outbound.Order(_source(asked), ring_seconds, _whole(asked, "TimeLimit", 14_400, 1, 86_400, 20001))
    callback, detection = _callback(asked), _detection(asked)
    leg = outbound.new_leg(here, asked["To"], asked["From"])
    leg.callback, leg.detection = callback, detection
    leg.fallback_url, leg.fallback_method = asked.get("FallbackUrl", ""), _method(asked, "FallbackMethod")
    body = resources.call(here, leg)
    outbound.place(here, leg, order)
    if ordered("twice"):
        outbound.place(here, dataclasses.replace(leg, sid=new_sid("CA")), order)
    if here.settings.chosen("status") == "before-answer":
        here.courier.wait_for_report(leg.sid, 3)
    return jsonify(body), 201


def _known(asked: MultiDict[str, str], names: frozenset[str]) -> None:
    """The vendor ignores parameters it does not know; here they are noted, because they are mistakes."""
    for name in sorted(set(asked) - names):
        company().problem(20001, f"{name} is no parameter of this request", url=request.path)


def _check_parties(asked: MultiDict[str, str]) -> None:
    here, to, caller = company(), asked.get("To", ""), asked.get("From", "")
    if not to:
        raise RestError(21201)
    if not caller:
        raise RestError(21213)
    if to in CALL_TO:
        raise RestError(CALL_TO[to])
    if not is_e164(to) or to == caller:
        raise RestError(21211)
    if caller == BAD_FROM or not is_e164(caller):
        raise RestError(21212)
    if caller != MAGIC_FROM and caller not in here.numbers:
        raise RestError(21210)
    persona = here.handset(to).persona
    if persona.kind == "refused":
        raise RestError(persona.code)


def _source(asked: MultiDict[str, str]) -> Source:
    if asked.get("Url"):
        return Source(_url(asked, "Url", 21205), _method(asked, "Method"))
    twiml = asked.get("Twiml", "")
    if not twiml:
        raise RestError(21205)
    if len(twiml) > LONGEST_TWIML:
        raise RestError(32018)
    return Source(inline=twiml)


def _url(asked: MultiDict[str, str], name: str, code: int) -> str:
    url = asked.get(name, "")
    if url and not ABSOLUTE.fullmatch(url):
        raise RestError(code, name)
    return url


def _method(asked: MultiDict[str, str], name: str) -> str:
    method = asked.get(name) or "POST"
    if method not in ("GET", "POST"):
        raise RestError(21209, name)
    return method


def _whole(asked: MultiDict[str, str], name: str, default: int, low: int, high: int, code: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not re.fullmatch("[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise RestError(code, name)
    return int(text)


def _callback(asked: MultiDict[str, str]) -> StatusCallback | None:
    events = tuple(asked.getlist("StatusCallbackEvent")) or ("completed",)
    if set(events) - EVENTS:
        raise RestError(21626)
    method = _method(asked, "StatusCallbackMethod")
    url = _url(asked, "StatusCallback", 21609)
    return StatusCallback(url, method, events) if url else None


def _detection(asked: MultiDict[str, str]) -> Detection | None:
    mode = asked.get("MachineDetection", "")
    if asked.get("SendDigits") and not re.fullmatch("[0-9A-D#*wW]{1,32}", asked["SendDigits"]):
        raise RestError(21206)
    if not mode:
        return None
    if mode not in ("Enable", "DetectMessageEnd"):
        raise RestError(21234)
    seconds = _whole(asked, "MachineDetectionTimeout", 30, 3, 60, 21234)
    url, method = _url(asked, "AsyncAmdStatusCallback", 21609), _method(asked, "AsyncAmdStatusCallbackMethod")
    if asked.get("SendDigits"):
        return None  # dialling digits switches detection off
    return Detection(mode, seconds, url, method, blocking=asked.get("AsyncAmd", "false") != "true")


@rest.get("/<account>/Calls.json")
def list_calls(account: str) -> Response:
    """The legs, newest first."""
    here, asked = company(), request.args
    with here.changed:
        legs = list(reversed(here.legs.values()))
    fields = {"To": "to", "From": "from_", "ParentCallSid": "parent_sid", "Status": "status"}
    legs = paging.matching(legs, asked, fields)
    legs = paging.between(legs, asked, "StartTime", "started_at")
    legs = paging.between(legs, asked, "EndTime", "ended_at")
    return jsonify(paging.page(request.path, asked, "calls", legs, lambda leg: resources.call(here, leg)))


def find_leg(sid: str) -> Leg:
    """The leg with that SID. Raises RestError 20404."""
    leg = company().legs.get(sid)
    if leg is None:
        raise RestError(20404)
    return leg


@rest.get("/<account>/Calls/<sid>.json")
def fetch_call(account: str, sid: str) -> Response:
    return jsonify(resources.call(company(), find_leg(sid)))


@rest.post("/<account>/Calls/<sid>.json")
def update_call(account: str, sid: str) -> Response:
    """Cancel, hang up or redirect a leg. 21220 when it is over."""
    leg, here = find_leg(sid), company()
    _known(request.form, UPDATE)
    signal = _wanted(leg, request.form)
    circuit = here.circuits.get(sid)
    if leg.over or circuit is None:
        raise RestError(21220)
    if signal is not None:
        circuit.tell(signal)
    if signal is not None and signal.kind != "redirect":
        with here.changed:
            here.changed.wait_for(lambda: leg.over, SETTLE_SECONDS)
    return jsonify(resources.call(here, leg))


def _wanted(leg: Leg, asked: MultiDict[str, str]) -> Signal | None:
    """What an update does to a leg; None when it leaves it alone. Twilio: Calls, update."""
    status = asked.get("Status", "")
    if status not in ("", "canceled", "completed"):
        raise RestError(20001, "Status")
    if status == "canceled":
        return Signal("cancel", leg) if leg.answered_at is None else None
    if status == "completed":
        return Signal("complete", leg)
    if asked.get("Url") or asked.get("Twiml"):
        if leg.status != "in-progress":
            raise RestError(21220)
        return Signal("redirect", leg, _source(asked))
    return None


@rest.delete("/<account>/Calls/<sid>.json")
def delete_call(account: str, sid: str) -> tuple[str, int]:
    leg = find_leg(sid)
    if not leg.over:
        raise RestError(20009)
    with company().changed:
        company().legs.pop(sid, None)
    return "", 204


@rest.get("/<account>/Calls/<sid>/Notifications.json")
def list_notifications(account: str, sid: str) -> Response:
    """The problems of one call, as the vendor's debugger lists them."""
    here, leg = company(), find_leg(sid)
    found = [problem for problem in list(here.problems) if problem.call_sid == leg.sid]

    def show(problem: Any) -> dict[str, Any]:
        return {
            "sid": problem.sid,
            "account_sid": here.account_sid,
            "call_sid": leg.sid,
            "api_version": "2010-04-01",
            "error_code": str(problem.code),
            "log": "0",
            "message_text": problem.message,
            "more_info": f"https://www.twilio.com/docs/errors/{problem.code}",
            "message_date": resources.when(problem.at),
            "date_created": resources.when(problem.at),
            "date_updated": resources.when(problem.at),
            "request_url": problem.url,
            "request_method": "POST",
            "uri": f"{resources.base(here)}/Calls/{leg.sid}/Notifications/{problem.sid}.json",
        }

    return jsonify(paging.page(request.path, request.args, "notifications", found, show))

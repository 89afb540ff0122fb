"""REST: the account, its numbers, and text messages. Twilio: Account, IncomingPhoneNumbers, Messages."""

from __future__ import annotations

from flask import Response, jsonify, request

from soi_dialer.simulator import paging, resources, texting
from soi_dialer.simulator.records import Message, Number
from soi_dialer.simulator.rest import company, rest
from soi_dialer.simulator.rest_errors import BAD_FROM, MAGIC_FROM, TEXT_TO, RestError
from soi_dialer.simulator.twiml_rules import ABSOLUTE
from soi_dialer.simulator.validity import is_e164

NUMBER_PARAMETERS = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
}
LONGEST_TEXT = 1600


@rest.get("/<account>.json")
def fetch_account(account: str) -> Response:
    return jsonify(resources.account(company()))


@rest.get("/<account>/IncomingPhoneNumbers.json")
def list_numbers(account: str) -> Response:
    """`PhoneNumber` matches partly, and * stands for any digit."""
    here, asked = company(), request.args
    wanted = asked.get("PhoneNumber", "").replace("*", "")
    found = [number for number in list(here.numbers.values()) if wanted in number.phone_number]
    found = paging.matching(found, asked, {"FriendlyName": "friendly_name"})
    show = resources.number
    return jsonify(paging.page(request.path, asked, "incoming_phone_numbers", found, lambda one: show(here, one)))


def _number(sid: str) -> Number:
    for number in list(company().numbers.values()):
        if number.sid == sid:
            return number
    raise RestError(20404)


@rest.get("/<account>/IncomingPhoneNumbers/<sid>.json")
def fetch_number(account: str, sid: str) -> Response:
    return jsonify(resources.number(company(), _number(sid)))


@rest.post("/<account>/IncomingPhoneNumbers/<sid>.json")
def update_number(account: str, sid: str) -> Response:
    number, wanted = _number(sid), {}
    for name, value in request.form.items():
        if name not in NUMBER_PARAMETERS:
            company().problem(20001, f"{name} is no parameter of this request", url=request.path)
            continue
        if name.endswith("Method") and value not in ("GET", "POST"):
            raise RestError(21209, name)
        if name.endswith(("Url", "StatusCallback")) and value and not ABSOLUTE.fullmatch(value):
            raise RestError(21205, name)
        wanted[NUMBER_PARAMETERS[name]] = value
    company().add_number(number.phone_number, **wanted)
    return jsonify(resources.number(company(), number))


@rest.post("/<account>/Messages.json")
def create_message(account: str) -> tuple[Response, int]:
    asked, here = request.form, company()
    to, sender, body = asked.get("To", ""), asked.get("From", ""), asked.get("Body", "")
    _check_text(to, sender, body)
    callback = asked.get("StatusCallback", "")
    if callback and not ABSOLUTE.fullmatch(callback):
        raise RestError(21609)
    message = texting.new(here, sender, to, body, "outbound-api", "queued")
    shown = resources.message(here, message)
    texting.deliver(here, message, callback)
    return jsonify(shown), 201


def _check_text(to: str, sender: str, body: str) -> None:
    here = company()
    if not to:
        raise RestError(21604)
    if not sender:
        raise RestError(21603)
    if to in TEXT_TO:
        raise RestError(TEXT_TO[to])
    if not is_e164(to) or to == sender:
        raise RestError(21211)
    if sender == BAD_FROM or not is_e164(sender):
        raise RestError(21212)
    if sender != MAGIC_FROM and sender not in here.numbers:
        raise RestError(21606)
    if not body:
        raise RestError(21602)
    if len(body) > LONGEST_TEXT:
        raise RestError(21617)
    if (to, sender) in here.opted_out:
        raise RestError(21610)


@rest.get("/<account>/Messages.json")
def list_messages(account: str) -> Response:
    here, asked = company(), request.args
    found: list[Message] = list(reversed(here.messages.values()))
    found = paging.matching(found, asked, {"To": "to", "From": "from_"})
    found = paging.between(found, asked, "DateSent", "created_at")
    return jsonify(paging.page(request.path, asked, "messages", found, lambda one: resources.message(here, one)))


@rest.get("/<account>/Messages/<sid>.json")
def fetch_message(account: str, sid: str) -> Response:
    message = company().messages.get(sid)
    if message is None:
        raise RestError(20404)
    return jsonify(resources.message(company(), message))


@rest.get("/<account>/OutgoingCallerIds.json")
def list_caller_ids(account: str) -> Response:
    """Nobody has verified a number of their own here."""
    return jsonify(paging.page(request.path, request.args, "outgoing_caller_ids", [], lambda one: one))


@rest.route("/<path:anything>", methods=["GET", "POST", "DELETE"])
def nothing_here(anything: str) -> Response:
    raise RestError(20404)

"""The control API under /_sim: what a page or a test uses to look into the phone company and to move handsets.

It answers only to this machine: the peer and the Host must be loopback, writes must be JSON, and a browser's Origin
must be our own, so that a foreign web page cannot move a handset.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from soi_dialer.simulator import gestures, guard, texting
from soi_dialer.simulator.company import Company
from soi_dialer.simulator.handset import NotPossible
from soi_dialer.simulator.persona import persona_from
from soi_dialer.simulator.state import number_json

control = Blueprint("control", __name__, url_prefix="/_sim")

LONGEST_POLL_SECONDS = 25.0
NUMBER_FIELDS = frozenset(
    "friendly_name voice_url voice_method voice_fallback_url voice_fallback_method status_callback "
    "status_callback_method sms_url sms_method".split()
)


def company() -> Company:
    """The phone company that this application serves."""
    return current_app.extensions["company"]


@control.before_request
def only_from_here() -> tuple[Response, int] | None:
    """Refuse whoever is not on this machine or is another site's page."""
    words = guard.refusal(request) if guard.is_loopback(request.remote_addr or "") else "Only this machine may ask."
    return refusal(words, 403) if words else None


def refusal(reason: str, status: int) -> tuple[Response, int]:
    """An error as JSON: {"error": reason}."""
    return jsonify({"error": reason}), status


@control.errorhandler(ValueError)
def wrong_value(problem: ValueError) -> tuple[Response, int]:
    return refusal(str(problem), 409 if isinstance(problem, NotPossible) else 400)


@control.errorhandler(HTTPException)
def wrong_request(problem: HTTPException) -> tuple[Response, int]:
    return refusal(problem.description or problem.name, problem.code or 400)


def body() -> dict[str, Any]:
    """The request's JSON object; an empty body counts as an empty object."""
    value = request.get_json() if request.get_data() else {}
    if not isinstance(value, dict):
        raise ValueError("send a JSON object")
    return value


@control.get("/state")
def state() -> Response:
    """Everything. With `since=<version>` it waits up to `wait` seconds for a change and may answer `unchanged`."""
    since = request.args.get("since", type=int)
    wait = min(LONGEST_POLL_SECONDS, max(0.0, request.args.get("wait", 0.0, type=float)))
    here = company()
    with here.changed:
        here.changed.wait_for(lambda: here.version != since, wait)
        if here.version == since:
            return jsonify({"version": here.version, "unchanged": True})
    return jsonify(here.state())


@control.put("/handsets/<number>")
def put_handset(number: str) -> Response:
    """{"name", "persona": {...}, "mine": true}: describe a telephone; what is not named stays."""
    wanted = body()
    persona = persona_from(wanted["persona"]) if "persona" in wanted else None
    handset = company().handset(number)
    handset.name = str(wanted.get("name", handset.name))
    handset.persona = persona or handset.persona
    handset.mine = bool(wanted.get("mine", handset.mine))
    company().touch()
    return jsonify(handset.as_json())


@control.post("/handsets/<number>/<gesture>")
def move_handset(number: str, gesture: str) -> Response | tuple[Response, int]:
    """What `gestures` names: answer, decline, hang-up, press {"digits"}, call {"to"}, message {"text", "seconds"}."""
    move = gestures.GESTURES.get(gesture)
    if move is None:
        return refusal(f"a handset cannot {gesture}", 404)
    handset = company().handset(number)
    answer = move(company(), handset, body())
    return jsonify(handset.as_json() | (answer or {}))


@control.put("/default-persona")
def put_default_persona() -> Response:
    """{persona}: how telephones behave that nobody described."""
    company().default_persona = persona_from(body())
    return jsonify({})


@control.put("/numbers/<number>")
def put_number(number: str) -> Response:
    """Own a number, or set up an owned one: voice_url, voice_fallback_url, status_callback, sms_url..."""
    fields = body()
    if unknown := set(fields) - NUMBER_FIELDS:
        raise ValueError(f"a number has no {sorted(unknown)[0]}")
    return jsonify(number_json(company().add_number(number, **{k: str(v) for k, v in fields.items()})))


@control.delete("/numbers/<number>")
def release_number(number: str) -> Response:
    """Give a number up: it is no caller id any more, and nobody can dial it."""
    company().numbers.pop(number, None)
    company().touch()
    return jsonify({})


@control.get("/deliveries")
def deliveries() -> Response:
    """The log of webhooks, oldest first; `since=<id>` for newer ones, `limit` for the newest so many."""
    since, limit = request.args.get("since", 0, type=int), request.args.get("limit", 1000, type=int)
    items = company().courier.log(since, max(1, limit))
    return jsonify({"items": [delivery.as_json() for delivery in items]})


@control.post("/deliveries/<int:number>/resend")
def resend(number: int) -> Response | tuple[Response, int]:
    """Send that webhook again, exactly as it was."""
    again = company().courier.resend(number)
    return jsonify(again.as_json()) if again else refusal("no such delivery", 404)


@control.put("/manners")
def put_manners() -> Response:
    """Settings: manner, by_kind, late_seconds, share, seed, scale and the rest (see `settings.Settings`)."""
    here = company()
    here.settings.change(body())
    for circuit in here.live_circuits():
        circuit.rescale()
    here.touch()
    return jsonify(here.settings.as_json())


@control.post("/next-create")
def next_create() -> Response:
    """{"manner", "code"?, "seconds"?, "count"?, "resource"?, "method"?}: misbehave at the next such REST request."""
    company().faults.order(body())
    company().touch()
    return jsonify(company().faults.as_json())


@control.put("/account")
def put_account() -> Response:
    """{"status"?, "auth_token"?, "api_keys"?}: suspend the account, rotate its token, give it keys."""
    wanted, here = body(), company()
    here.account_status = str(wanted.get("status", here.account_status))
    here.auth_token = str(wanted.get("auth_token", here.auth_token))
    here.api_keys = dict(wanted.get("api_keys", here.api_keys))
    here.touch()
    return jsonify({"sid": here.account_sid, "status": here.account_status})


@control.post("/sms")
def incoming_text() -> Response:
    """{"from", "to", "body"}: somebody texts one of our numbers."""
    sender, to, text = (str(body().get(name, "")) for name in ("from", "to", "body"))
    message = texting.incoming(company(), sender, to, text)
    return jsonify({"sid": message.sid})


@control.post("/reset")
def reset() -> Response:
    """End all calls and forget everything but the account."""
    company().reset()
    return jsonify({"version": company().version})

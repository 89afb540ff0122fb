"""The REST API's door: who may enter, which misbehaviour was ordered, and errors in the vendor's words."""

from __future__ import annotations

import hmac
import socket
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, g, jsonify, request

from soi_dialer.simulator.company import Company
from soi_dialer.simulator.faults import Fault
from soi_dialer.simulator.rest_errors import RestError, answer

rest = Blueprint("rest", __name__, url_prefix="/2010-04-01/Accounts")

AFTERWARDS = frozenset({"500-created", "timeout-created", "drop-created", "slow", "not-json", "twice", "truncated"})
"""Misbehaviour that carries the request out first."""


def company() -> Company:
    """The phone company that this application serves."""
    return current_app.extensions["company"]


@rest.before_request
def enter() -> Response | tuple[Response, int] | None:
    """Check who asks, then misbehave if that was ordered."""
    _check_credentials(company())
    resource = request.path.split("/")[4].split(".")[0] if request.path.count("/") > 3 else "Accounts"
    g.fault = company().faults.take(resource, request.method)
    if g.fault is None or g.fault.manner in AFTERWARDS:
        return None
    return _instead(g.fault)


def _check_credentials(here: Company) -> None:
    given = request.authorization
    secrets = {here.account_sid: here.auth_token, **here.api_keys}
    expected = secrets.get(given.username or "") if given and given.type == "basic" else None
    if not expected or not hmac.compare_digest(expected.encode(), (given.password or "").encode()):
        raise RestError(20003)
    if here.account_status != "active":
        raise RestError(20005)
    if (request.view_args or {}).get("account") not in (None, here.account_sid):
        raise RestError(20404)


@rest.errorhandler(RestError)
def refused(problem: RestError) -> tuple[Response, int]:
    response, status = answer(problem)
    if problem.code == 20003:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response, status


def _instead(fault: Fault) -> Response | tuple[Response, int]:
    """Answer wrongly without doing anything."""
    match fault.manner:
        case "429":
            raise RestError(20429)
        case "error":
            raise RestError(fault.code)
        case "500-not-created":
            return _broken()
        case "html":
            return Response("<!doctype html><title>Sign in</title><h1>Please sign in</h1>", 200, mimetype="text/html")
        case "hang":
            company().closing.wait(fault.seconds)
    return _drop()


def _broken() -> tuple[Response, int]:
    words = "An internal server error has occurred"
    return jsonify({"code": 20500, "message": words, "more_info": "", "status": 500}), 500


def _drop() -> Response:
    """Close the connection, so that whatever is answered never arrives."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)


@rest.after_request
def leave(response: Response) -> Response:
    """Misbehave after the request was carried out."""
    fault: Fault | None = g.get("fault")
    if fault is None or fault.manner not in AFTERWARDS or response.status_code >= 300:
        return response
    match fault.manner:
        case "500-created":
            return current_app.make_response(_broken())
        case "not-json":
            return Response("(unreadable", response.status_code, mimetype="application/json")
        case "twice":
            return response
        case "truncated":
            return _cut(response)
        case "slow":
            return _trickle(response, fault.seconds)
        case "timeout-created":
            company().closing.wait(fault.seconds)
    return _drop()


def ordered(manner: str) -> bool:
    """This request was ordered to be carried out in that manner."""
    fault: Fault | None = g.get("fault")
    return fault is not None and fault.manner == manner


def _cut(response: Response) -> Response:
    content = response.get_data()
    half = Response(content[: len(content) // 2], response.status_code, mimetype=response.mimetype)
    half.content_length = len(content)
    half.automatically_set_content_length = False
    return half


def _trickle(response: Response, seconds: float) -> Response:
    content, closing = response.get_data(), company().closing

    def one_by_one() -> Iterator[bytes]:
        for index in range(len(content)):
            closing.wait(seconds / len(content))
            yield content[index : index + 1]

    slow = Response(one_by_one(), response.status_code, mimetype=response.mimetype)
    slow.content_length = len(content)
    return slow

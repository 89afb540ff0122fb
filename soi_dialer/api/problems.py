"""Every refusal of the programs' door is a problem document (RFC 9457): a kind, a status and a sentence."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import HTTPException

from soi_dialer.flows.errors import BadValue, Conflict, FlowError, NotAllowed, NotFound

MEDIA_TYPE = "application/problem+json"

_OF_FLOWS = {
    NotFound: (404, "not-found"),
    NotAllowed: (409, "not-allowed"),
    BadValue: (422, "bad-value"),
    Conflict: (409, "conflict"),
}

_TITLES = {
    "bad-json": "The body cannot be read",
    "bad-value": "A value cannot be used",
    "conflict": "Something else came first",
    "not-allowed": "A rule forbids it",
    "not-found": "Not found",
    "unauthorized": "A token is needed",
    "internal": "Something went wrong here",
}

_HTTP_CODES = (400, 403, 404, 405, 408, 411, 412, 413, 414, 415, 416, 429, 431, 500, 503)


class Problem(Exception):
    """A refusal. `kind` is the last part of the problem's type; `errors` are (field, detail) pairs."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})


def bad_value(field: str, detail: str) -> Problem:
    return Problem(422, "bad-value", f"{field}: {detail}", errors=[(field, detail)])


def register(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(Problem, answer)
    blueprint.register_error_handler(FlowError, _refused_by_flow)
    for refusal in (HTTPException, *_HTTP_CODES):  # by code as well: the app's own page for a code would win otherwise
        blueprint.register_error_handler(refusal, _refused_by_http)
    blueprint.register_error_handler(Exception, _failed)


def answer(problem: Problem) -> Response:
    body = {
        "type": f"urn:problem:{problem.kind}",
        "title": _TITLES.get(problem.kind, problem.kind.replace("-", " ").capitalize()),
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [{"field": field, "detail": detail} for field, detail in problem.errors]
    return Response(json.dumps(body), problem.status, problem.headers, content_type=MEDIA_TYPE)


def _refused_by_flow(error: FlowError) -> Response:
    status, kind = next((known for cls, known in _OF_FLOWS.items() if isinstance(error, cls)), (409, "not-allowed"))
    field = getattr(error, "field", "")
    return answer(Problem(status, kind, str(error), errors=[(field, str(error))] if field else ()))


def _refused_by_http(error: HTTPException) -> Response:
    """What the framework refuses: a body that is too large, a range outside the file, an odd request."""
    status = error.code or 500
    kind = error.name.lower().replace(" ", "-").replace("'", "")
    headers = {name: value for name, value in error.get_headers() if name.lower() in ("allow", "content-range")}
    return answer(Problem(status, kind, error.description or error.name, headers=headers))


def _failed(error: Exception) -> Response:
    """The cause goes to the log under a number that the answer names; neither holds what was sent."""
    incident = secrets.token_hex(4)
    current_app.logger.error("api request failed, incident %s", incident, exc_info=error)
    return answer(Problem(500, "internal", f"Nothing is known to be done. Please report incident {incident}."))

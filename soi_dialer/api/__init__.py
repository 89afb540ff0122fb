"""The programs' door: JSON under /api/v1 for one agent's bearer token. See docs/api.md."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, PathConverter

from soi_dialer.api import callbacks, calls, contacts, problems, reports, today, voicemails
from soi_dialer.api.auth import require_token
from soi_dialer.api.fields import LARGEST_ID
from soi_dialer.api.reading import LARGEST_BODY

PREFIX = "/api/v1"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Rest(PathConverter):
    """Whatever is left of a path, line breaks too; every other rule comes first."""

    regex = "(?s:.+)"
    part_isolating = False
    weight = 1000


def register(app: Flask) -> None:
    """Mount the API. It knows tokens only and never a cookie, so no other site can ride on a session."""
    app.register_blueprint(_blueprint())


def _blueprint() -> Blueprint:
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    blueprint.before_request(_limit_body)
    blueprint.before_request(require_token)
    blueprint.before_request(_possible_id)
    blueprint.after_request(_private)
    problems.register(blueprint)
    for room in (contacts, calls, callbacks, voicemails, today, reports):
        room.register(blueprint)
    blueprint.record_once(_catch_the_rest)
    return blueprint


def _limit_body() -> None:
    request.max_content_length = LARGEST_BODY


def _possible_id() -> None:
    """No row has an id that a database's integer cannot hold."""
    if any(isinstance(part, int) and not 1 <= part <= LARGEST_ID for part in (request.view_args or {}).values()):
        raise NotFound("There is nothing at this address.")


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _catch_the_rest(state) -> None:
    """Unknown paths and methods below the prefix are answered by a problem document, too, not by a page."""
    ours = [rule.empty() for rule in state.app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    known = Map(ours, converters=state.app.url_map.converters, merge_slashes=False).bind("api")

    def refuse(rest: str = "") -> None:
        allowed = sorted(set(known.allowed_methods(f"{PREFIX}/{rest}")))
        raise MethodNotAllowed(allowed) if allowed else NotFound("There is nothing at this address.")

    state.app.url_map.converters["rest"] = Rest
    for path in ("/", "/<rest:rest>"):
        state.add_url_rule(path, "unknown", refuse, methods=METHODS)

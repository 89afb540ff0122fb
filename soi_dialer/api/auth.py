"""Who is asking: the bearer token's agent, looked up once per request."""

from __future__ import annotations

from flask import current_app, g, request

from soi_dialer.api.problems import Problem
from soi_dialer.dialer import Dialer
from soi_dialer.flows.make_token import hash_token
from soi_dialer.store import tokens
from soi_dialer.store.scope import Scope

LONGEST_TOKEN = 500
WITHOUT_TOKEN = ("api.openapi",)
"""The description tells how to get in; it holds nothing of anybody's."""


def require_token() -> None:
    """Sets the request's scope or refuses. Unknown, revoked and missing tokens are answered alike."""
    if request.endpoint in WITHOUT_TOKEN:
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
        raise _unauthorized()
    with dialer().db.read() as conn:
        agent = tokens.agent_of(conn, hash_token(token))
    if agent is None:
        raise _unauthorized()
    g.api_scope = Scope(agent["office_id"], agent["id"])


def scope() -> Scope:
    return g.api_scope


def dialer() -> Dialer:
    return current_app.extensions["soi_dialer"]


def _unauthorized() -> Problem:
    challenge = {"WWW-Authenticate": 'Bearer realm="soi_dialer"'}
    return Problem(401, "unauthorized", "Send Authorization: Bearer and a valid token.", headers=challenge)

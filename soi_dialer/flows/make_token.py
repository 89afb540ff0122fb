"""Tokens for programs: 256 random bits, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from soi_dialer.dialer import Dialer
from soi_dialer.store import tokens
from soi_dialer.store.scope import Scope

PREFIX = "soi_"  # so that a token found in a file can be told from any other


def make_token(dialer: Dialer, agent: Mapping) -> str:
    """A new token that speaks for the agent. It cannot be shown again."""
    token = PREFIX + secrets.token_urlsafe(32)
    with dialer.db.write() as conn:
        tokens.insert(conn, Scope(agent["office_id"], agent["id"]), hash_token(token), dialer.clock())
    return token


def hash_token(token: str) -> str:
    """How a token is kept. A plain hash is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()

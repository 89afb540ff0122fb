"""The signed words in a reminder's link: which callback, for whom, until when. They need no password and expire."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

LIVES = timedelta(days=3)
SOUND_LIVES = timedelta(minutes=30)
LONGEST_TOKEN = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """What a token is about, and for which agent."""

    agent_id: int
    about_id: int
    expires_at: datetime


def callback_token(secret_key: str, agent_id: int, callback_id: int, now: datetime) -> str:
    """For one agent and one callback, for three days."""
    return _make(secret_key, "callback", agent_id, callback_id, now + LIVES)


def open_callback_token(secret_key: str, token: str, now: datetime) -> Opened | None:
    """None when it is not ours, was changed, or has expired."""
    return _open(secret_key, "callback", token, now)


def sound_token(secret_key: str, agent_id: int, voicemail_id: int, now: datetime) -> str:
    """For the carrier, which plays one message to one agent on the phone: for half an hour."""
    return _make(secret_key, "sound", agent_id, voicemail_id, now + SOUND_LIVES)


def open_sound_token(secret_key: str, token: str, now: datetime) -> Opened | None:
    return _open(secret_key, "sound", token, now)


def _make(secret_key: str, kind: str, agent_id: int, about_id: int, until: datetime) -> str:
    return _signer(secret_key, kind).dumps([agent_id, about_id, int(until.timestamp())])


def _open(secret_key: str, kind: str, token: str, now: datetime) -> Opened | None:
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        agent_id, about_id, until = _signer(secret_key, kind).loads(token)
    except (BadSignature, ValueError):
        return None
    expires_at = datetime.fromtimestamp(until, UTC)
    return Opened(agent_id, about_id, expires_at) if now < expires_at else None


def _signer(secret_key: str, kind: str) -> URLSafeSerializer:
    """A token of one kind is none of the other."""
    return URLSafeSerializer(secret_key, salt=f"soi-{kind}", signer_kwargs={"digest_method": hashlib.sha256})

"""Signing in and out. A session is an opaque 256-bit id in the browser and its hash in the database.

A session ends after `IDLE` without a page, after `LIFETIME` in any case, at sign-out, and when the agent is disabled.
Twelve idle hours carry an agent through a working day with a phone in the pocket; a week keeps a lost device bounded.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import ipaddress
import math
import secrets
import threading
from datetime import datetime, timedelta

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import RowMapping

from soi_dialer.dialer import Dialer
from soi_dialer.flows.errors import FlowError
from soi_dialer.flows.passwords import HASHER, LONGEST
from soi_dialer.store import agents, sessions
from soi_dialer.store.prepared import Row

IDLE = timedelta(hours=12)
LIFETIME = timedelta(days=7)
TOUCH = timedelta(minutes=5)
"""`seen_at` is written at most this often, so that reading pages does not write."""

WINDOW = timedelta(hours=1)

_FREE_TRIES = {"account": 5, "address": 20}
_LONGEST_WAIT = {"account": 60, "address": 900}
"""Seconds. The account's is short: a stranger who guesses at it must not lock its owner out for long."""

_few_at_once = threading.BoundedSemaphore(2)  # each check takes 19 MiB


class WrongPassword(FlowError):
    """The e-mail or the password is wrong; which of them is never told."""


class TooManyTries(FlowError):
    """Wait `wait_seconds` before the next try. The password was not looked at."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Too many tries. Please wait {_in_words(wait_seconds)} and try again.")
        self.wait_seconds = wait_seconds


@dataclasses.dataclass(frozen=True, slots=True)
class SignedIn:
    """`session_id` goes into the cookie and nowhere else."""

    session_id: str
    agent_id: int


def sign_in(dialer: Dialer, *, email: str, password: str, address: str = "", user_agent: str = "") -> SignedIn:
    """Check the password and open a new session.

    An unknown e-mail takes as long as a wrong password.

    Raises:
        WrongPassword: after keeping the failure.
        TooManyTries: for this account or from this address.
    """
    email = email.strip().lower()[:320]
    now = dialer.clock()
    account = _subject("account", email)
    subjects = [account, _subject("address", address)] if _tells_people_apart(address) else [account]
    with dialer.db.read() as conn:
        _refuse_while_waiting(sessions.failures(conn, subjects, now - WINDOW), now)
        agent = agents.by_email(conn, email)
    if not _matches(agent, password):
        with dialer.db.write() as conn:
            sessions.add_failures(conn, subjects, now)
        raise WrongPassword("That e-mail and password do not go together. Please check both.")
    return _open(dialer, agent, password, account, user_agent, now)


def sign_out(dialer: Dialer, session_id: str) -> None:
    """End the session on the server: its cookie is worth nothing afterwards."""
    with dialer.db.write() as conn:
        sessions.remove(conn, id_hash(session_id))


def current(dialer: Dialer, session_id: str, *, is_sign_of_life: bool = True) -> Row | None:
    """The session with its agent (see `store.sessions.find`), or None. One query.

    What a page asks by itself is no sign of life: a session idles out although the page is open.
    """
    now = dialer.clock()
    with dialer.db.read() as conn:
        row = sessions.find(
            conn, id_hash(session_id), now=now, seen_after=now - IDLE, created_after=now - LIFETIME
        )
    if row is not None and is_sign_of_life and now - row["seen_at"] > TOUCH:
        with dialer.db.write() as conn:
            sessions.change(conn, row["id_hash"], seen_at=now)
    return row


def keep_data(dialer: Dialer, session_id: str, data: dict) -> None:
    with dialer.db.write() as conn:
        sessions.change(conn, id_hash(session_id), data=data)


def id_hash(session_id: str) -> str:
    """What is stored. The id is random enough that a plain hash cannot be turned back."""
    return hashlib.sha256(session_id.encode()).hexdigest()


def _open(dialer, agent, password: str, account: str, user_agent: str, now: datetime) -> SignedIn:
    session_id = secrets.token_urlsafe(32)
    data = {"csrf_token": secrets.token_hex(20)}
    rehashed = HASHER.hash(password) if HASHER.check_needs_rehash(agent["password_hash"]) else None
    with dialer.db.write() as conn:
        sessions.remove_stale(conn, seen_before=now - IDLE, created_before=now - LIFETIME)
        sessions.forget_failures_before(conn, now - WINDOW)
        sessions.forget_failures(conn, account)
        if rehashed:
            agents.update(conn, agent["id"], password_hash=rehashed)
        sessions.add(
            conn, id_hash=id_hash(session_id), agent_id=agent["id"], data=data, now=now, user_agent=user_agent
        )
    return SignedIn(session_id, agent["id"])


def _matches(agent: RowMapping | None, password: str) -> bool:
    usable = agent is not None and agent["disabled_at"] is None
    kept = agent["password_hash"] if usable else _nobodys_hash()
    if len(password) > LONGEST:
        return False
    with _few_at_once:
        try:
            HASHER.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
    return usable


@functools.cache
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))


def _tells_people_apart(address: str) -> bool:
    """A private address is often a proxy's, behind which everybody would be held up together."""
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _subject(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}"


def _refuse_while_waiting(failures: dict[str, tuple[int, datetime]], now: datetime) -> None:
    """The wait doubles with every failure beyond the free ones."""
    longest = 0.0
    for subject, (count, last) in failures.items():
        kind = subject.partition(":")[0]
        beyond = count - _FREE_TRIES[kind]
        if beyond >= 0:
            wait = min(2 ** min(beyond, 20), _LONGEST_WAIT[kind])
            longest = max(longest, wait - (now - last).total_seconds())
    if longest > 0:
        raise TooManyTries(math.ceil(longest))


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} seconds" if seconds != 1 else "a second"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minutes" if minutes != 1 else "a minute"

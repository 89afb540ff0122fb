"""How passwords are kept: argon2id, with parameters that OWASP's password storage sheet recommends."""

from __future__ import annotations

from collections.abc import Mapping

import argon2

from soi_dialer.flows.errors import BadValue

NO_PASSWORD = "!"
"""Kept of somebody who cannot sign in: no password has it as its hash."""

SHORTEST = 10
LONGEST = 1000  # hashing takes time in proportion; nobody types more

HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def can_sign_in(agent: Mapping) -> bool:
    """Whether somebody has a password, unlike the demo's colleagues."""
    return agent["password_hash"] != NO_PASSWORD


def hash_password(password: str) -> str:
    """What is stored instead of the password. Raises `BadValue` when it is too short or absurdly long."""
    if len(password) < SHORTEST:
        raise BadValue(f"The password is too short: use {SHORTEST} characters or more.", "password")
    if len(password) > LONGEST:
        raise BadValue(f"The password is too long: use {LONGEST} characters or fewer.", "password")
    return HASHER.hash(password)

"""A stub of the carrier and a `Carrier` that talks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from soi_dialer.carrier.client import Carrier
from tests.carrier.stub import ACCOUNT_SID, Stub

PUBLIC_URL = "https://dialer.example.com"


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def carrier_with(stub: Stub) -> Iterator[Callable[..., Carrier]]:
    """Makes carriers; what is given replaces the usual settings."""
    made = []

    def make(**settings: object) -> Carrier:
        usual = {
            "account_sid": ACCOUNT_SID,
            "auth_tokens": ("first-token",),
            "api_url": stub.url,
            "public_url": PUBLIC_URL,
        }
        made.append(Carrier(**(usual | settings)))
        return made[-1]

    yield make
    for carrier in made:
        carrier.close()


@pytest.fixture
def carrier(carrier_with: Callable[..., Carrier]) -> Carrier:
    return carrier_with()

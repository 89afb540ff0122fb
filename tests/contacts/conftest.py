from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from soi_dialer.dialer import Dialer
from soi_dialer.store.database import Database
from tests.cast import START, Cast, cast


@pytest.fixture
def dialer(database_url: str) -> Iterator[Dialer]:
    db = Database(database_url)
    settings = SimpleNamespace(twilio_phone_number="+12025550100", reconcile_after_seconds=120)
    yield Dialer(settings=settings, db=db, carrier=None, clock=lambda: START, journal=None)
    db.close()


@pytest.fixture
def people(dialer: Dialer) -> Cast:
    return cast(dialer.db)

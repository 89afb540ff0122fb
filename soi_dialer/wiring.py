"""One way to put the parts together, for the web server, the scheduler, the command line and the tests."""

from __future__ import annotations

from soi_dialer import clock as real_clock
from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.signature import Verifier
from soi_dialer.clock import Clock
from soi_dialer.dialer import Dialer
from soi_dialer.flows.following import follower_for
from soi_dialer.store.database import Database
from soi_dialer.store.group_commit import GroupWriter


def build(settings, *, clock: Clock | None = None, carrier: Carrier | None = None) -> Dialer:
    """The parts for these settings; nothing is contacted yet. Without a `clock` it is the real one, or in practice one
    that is as many days ahead as the settings say."""
    database = Database(settings.database_url, pool_size=settings.web_threads + 4)
    return Dialer(
        settings=settings,
        db=database,
        carrier=carrier or make_carrier(settings),
        clock=clock or real_clock.ahead(settings.practice_days),
        journal=GroupWriter(database, follower_for(settings).follow),
    )


def make_carrier(settings) -> Carrier:
    return Carrier(
        account_sid=settings.twilio_account_sid,
        auth_tokens=settings.twilio_auth_tokens,
        api_key=settings.twilio_api_key or None,
        api_secret=settings.twilio_api_secret or None,
        api_url=settings.twilio_api_url or None,
        public_url=settings.public_url,
    )


def make_verifier(settings) -> Verifier:
    return Verifier(settings.public_url, settings.twilio_auth_tokens, settings.twilio_account_sid)

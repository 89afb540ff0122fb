"""The one way to get a `Follower` for this installation's settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from soi_dialer.dialer import Dialer
from soi_dialer.flows.follow_call import Follower


def follower(dialer: Dialer) -> Follower:
    return follower_for(dialer.settings)


def follower_for(settings: Any) -> Follower:
    return Follower(timedelta(seconds=settings.reconcile_after_seconds))

"""Ten thousand histories of trouble, each from its seed, against the real flows and the real store."""

from __future__ import annotations

import pytest

from soi_dialer.store.tables import call, callback, reminder
from tests.simulation.faults import KINDS
from tests.simulation.history import History, Theatre

HISTORIES = 10_000
SHARES = 20
ENOUGH = 500


@pytest.mark.parametrize("share", range(SHARES))
def test_every_promise_holds_after_every_history(share: int, theatre: Theatre):
    for seed in range(share, HISTORIES, SHARES):
        theatre.play(seed)


def test_the_same_seed_is_the_same_history(theatre: Theatre):
    first = [_told(theatre.play(seed)) for seed in range(30)]
    again = [_told(theatre.play(seed)) for seed in reversed(range(30))]
    assert first == again[::-1]


def test_histories_have_everything_in_them(theatre: Theatre):
    """Every kind of fault, every channel, and debts in every state; otherwise nothing would be shown by them."""
    wanted = {*KINDS, "sms", "email", "phone", "open", "returned", "waived", "connected", "voicemail", "missed"}
    seen: set[str] = set()
    for seed in range(ENOUGH):
        history = theatre.play(seed)
        seen.update(history.faults.struck)
        seen.update(arrival.channel for arrival in history.telling.arrivals)
        seen.update(row["state"] for row in history.rows(callback))
        seen.update(row["outcome"] for row in history.rows(call))
        if wanted <= seen:
            return
    assert wanted <= seen


def _told(history: History) -> tuple:
    """Everything that happened, without our references, which are drawn anew each time."""
    calls = [(row["placed_at"], row["state"], row["outcome"], row["talk_seconds"]) for row in history.rows(call)]
    told = [(row["rung"], row["rung_at"], row["channel"], row["state"]) for row in history.rows(reminder)]
    return calls, told, [(arrival.at, arrival.channel) for arrival in history.telling.arrivals]

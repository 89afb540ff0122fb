"""Each promise is seen to break when the program is broken: one thing at a time, and soon a seed tells."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soi_dialer.domain.working_hours import WorkingHours
from soi_dialer.flows import answer_agent, deliver, may_call, owe_callback, remind, rollup
from soi_dialer.store import claims, reminders, voicemails
from tests.simulation.history import Theatre

MOST_HISTORIES = 500

ALWAYS = WorkingHours.parse("Mon-Sun 00:00-24:00", "America/New_York")


def nothing(*_arguments: object, **_more: object) -> None:
    """Instead of what should be done."""


def never(*_arguments: object, **_more: object) -> bool:
    return False


def always_open(_agent: object) -> WorkingHours:
    return ALWAYS


BROKEN: dict[str, tuple[list[tuple[object, str, object]], str]] = {
    "a reminder is planned but not written": ([(reminders, "add", nothing)], "were told on"),
    "work is claimed without a lease": ([(claims, "LEASE", timedelta(0))], "the same .* came 2 times"),
    "nobody looks at the agent's hours": (
        [(remind, "presence_of", always_open), (deliver, "presence_of", always_open)],
        "outside working hours",
    ),
    "any leg may press key 1": ([(answer_agent, "too_late", never)], "rung twice for one call"),
    "the rules for calling are not asked": (
        [(may_call, "_check_wishes", nothing), (may_call, "_check_hours", nothing)],
        "rung (at|after)",
    ),
    "a message opens no voicemail": ([(voicemails, "add", nothing)], "not each recording is one voicemail"),
    "a call is not added to its day": ([(rollup, "keep", nothing)], "figures of a day"),
    "the next reminder is forgotten": ([(owe_callback, "_remind_at", nothing)], "has no next reminder"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_program_is_found_out(what: str, theatre: Theatre, monkeypatch: pytest.MonkeyPatch):
    changes, told = BROKEN[what]
    for place, name, instead in changes:
        monkeypatch.setattr(place, name, instead)
    with pytest.raises(AssertionError, match=told):
        for seed in range(MOST_HISTORIES):
            theatre.play(seed)

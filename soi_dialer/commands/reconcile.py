"""`reconcile`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from soi_dialer.commands.options import CommandError

if TYPE_CHECKING:
    from soi_dialer.dialer import Dialer


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("reconcile", help="ask the carrier what we have not heard of")
    command.add_argument(
        "--since", metavar="DATE", help="compare all calls since then, such as 2026-11-20 or 2026-11-20T14:30 (UTC)"
    )
    command.add_argument("--dry-run", action="store_true", help="say what would be asked and added; change nothing")
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import opened
    from soi_dialer.commands.progress import progress
    from soi_dialer.flows.catch_up import catch_up

    since = instant(given.since) if given.since else None
    with opened() as dialer:
        if since is not None and since > dialer.clock():
            raise CommandError("--since lies in the future")
        if given.dry_run:
            return print(_foreseen(dialer, since))
        with progress("calls") as seen:
            found = catch_up(dialer, since=since, at_start=True, seen=seen)
    if found.problem:
        raise CommandError(found.problem)
    print(f"Asked the carrier about {_calls(found.asked)}.")
    print(f"Added {_calls(found.added)} and {_texts(found.texts)} that the carrier had and we did not.")


def instant(text: str) -> datetime:
    """A date or a time of ISO 8601; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--since must be a date such as 2026-11-20, got {text!r}") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _foreseen(dialer: Dialer, since: datetime | None) -> str:
    from soi_dialer.flows.foresee import foresee

    would = foresee(dialer, since)
    messages = f"{would.messages} {'message' if would.messages == 1 else 'messages'}"
    return "\n".join(
        [
            f"Compared with the carrier's lists since {would.since:%Y-%m-%d %H:%M} UTC:",
            f"Would ask the carrier about {_calls(would.silent)} gone silent.",
            f"Would add {_calls(len(would.calls))}, {messages} of calls that are here, and {_texts(len(would.texts))}.",
            *(_line(one.created_at, _way(one.direction), one.seconds) for one in would.calls),
            *(_line(one.created_at, "incoming text") for one in would.texts),
            "Nothing was changed.",
        ]
    )


def _way(direction: str | None) -> str:
    return "incoming call" if direction == "inbound" else "outgoing call"


def _line(at: datetime | None, what: str, seconds: int | None = None) -> str:
    """Without numbers and words: a terminal's output is kept in many places."""
    when = f"{at:%Y-%m-%d %H:%M} UTC" if at else "at an unknown time"
    return f"  {when}  {what}" + (f", {seconds} s" if seconds is not None else "")


def _texts(count: int) -> str:
    return f"{count} {'text' if count == 1 else 'texts'}"


def _calls(count: int) -> str:
    return f"{count} {'call' if count == 1 else 'calls'}"

"""`doctor`: looks at everything that has to be right before a call can be placed, and says what to do otherwise."""

from __future__ import annotations

import argparse
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

_PATIENCE_SECONDS = 10

Check = Callable[[Any], str]
"""Takes the dialer and returns what is well; raises `_Problem` with what to do."""


class _Problem(Exception):
    """What is wrong and what to do about it, in one line."""


def add_to(commands: argparse._SubParsersAction) -> None:
    commands.add_parser("doctor", help="check settings, database, agents, carrier and address").set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """One line for each check; the status is 1 when any of them failed."""
    from soi_dialer.commands.base import opened

    failed = 0
    with opened() as dialer:
        print("ok    settings: all of them can be used")
        print("ok    database: it answers and is of this version")
        for name, well, words in _findings(dialer):
            failed += not well
            print(f"{'ok   ' if well else 'wrong'} {name}: {words}")
    return 1 if failed else 0


def _findings(dialer: Any) -> Iterator[tuple[str, bool, str]]:
    for name, check in (("agents", _agents), ("carrier", _carrier), ("numbers", _numbers), ("address", _address)):
        try:
            yield name, True, check(dialer)
        except _Problem as problem:
            yield name, False, str(problem)


def _agents(dialer: Any) -> str:
    from soi_dialer.store import agents

    with dialer.db.read() as conn:
        everybody = agents.all_active(conn)
    if not everybody:
        raise _Problem("there is none; add one with: python -m soi_dialer agent add")
    without = [agent["email"] for agent in everybody if not agent["twilio_number"]]
    if without and not dialer.settings.twilio_phone_number:
        raise _Problem(f"{without[0]} has no number to call from; set TWILIO_PHONE_NUMBER or --twilio-number")
    return f"{len(everybody)} active"


def _carrier(dialer: Any) -> str:
    from soi_dialer.carrier.errors import CarrierError

    try:
        account = dialer.carrier.account()
    except CarrierError as error:
        raise _Problem(error.reason) from None
    if account.status != "active":
        raise _Problem(f"the account is {account.status or 'in an unknown state'}; it cannot place calls")
    trial = "; a trial account rings only verified numbers" if account.kind == "Trial" else ""
    return f"the log-in works and the account is active{trial}"


def _numbers(dialer: Any) -> str:
    """Each of our numbers must be the account's and must ask us what to do."""
    from soi_dialer.carrier.errors import CarrierError
    from soi_dialer.commands.practice import number_settings
    from soi_dialer.store import agents

    with dialer.db.read() as conn:
        own = {agent["twilio_number"] for agent in agents.all_active(conn)}
    own = {number for number in own | {dialer.settings.twilio_phone_number} if number}
    try:
        known = {number.number: number for number in dialer.carrier.list_numbers()}
    except CarrierError as error:
        raise _Problem(error.reason) from None
    wanted = number_settings(dialer.settings.public_url)["voice_url"]
    for number in sorted(own):
        if number not in known:
            raise _Problem(f"{number} is not a number of this account")
        if known[number].voice_url != wanted:
            raise _Problem(f"incoming calls of {number} do not reach us; set its voice URL to {wanted} (POST)")
    alone = [number for number in sorted(own) if not known[number].voice_fallback_url]
    if alone and not dialer.settings.simulated:
        return f"incoming calls reach us; without a fallback, nobody answers while we are down: {', '.join(alone)}"
    return f"{len(own)} of ours, and incoming calls reach us" if own else "none is set"


def _address(dialer: Any) -> str:
    url = f"{dialer.settings.public_url}/healthz"
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE_SECONDS):
            return f"{dialer.settings.public_url} answers"
    except urllib.error.HTTPError as error:
        error.close()
        raise _Problem(f"{url} answers {error.code}; is the scheduler running?") from None
    except (OSError, ValueError):
        raise _Problem(f"{url} does not answer; is the server running, and does PUBLIC_URL lead to it?") from None

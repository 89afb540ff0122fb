"""`rollup rebuild` and `rollup check`: the figures of days that are kept beside the calls."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soi_dialer.dialer import Dialer


def add_to(commands: argparse._SubParsersAction) -> None:
    verbs = commands.add_parser("rollup", help="the figures of days that reports are read from").add_subparsers(
        required=True, metavar="VERB"
    )
    rebuild = verbs.add_parser("rebuild", help="count them anew from the calls")
    check = verbs.add_parser("check", help="compare them with the calls; status 1 when a day is wrong")
    for command, run in ((rebuild, run_rebuild), (check, run_check)):
        command.add_argument("--agent", metavar="EMAIL", help="of this agent alone; else everybody's")
        command.set_defaults(run=run)


def run_rebuild(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import opened
    from soi_dialer.flows.rollup import rebuild

    with opened() as dialer:
        for agent in _whose(dialer, given.agent):
            days = rebuild(dialer, agent["id"])
            print(f"{agent['email']}: {days} {'day' if days == 1 else 'days'} counted anew.")


def run_check(given: argparse.Namespace) -> int:
    """Status 1 when there is a wrong day. Days that are not kept yet are not wrong: reports count their calls."""
    from soi_dialer.commands.base import opened
    from soi_dialer.flows.rollup import is_kept, wrong_days

    wrong = 0
    with opened() as dialer:
        for agent in _whose(dialer, given.agent):
            if not is_kept(dialer, agent["id"]):
                print(f"{agent['email']}: not kept yet, reports count the calls themselves.")
                continue
            for on, kept, right in wrong_days(dialer, agent):
                wrong += 1
                print(f"{agent['email']}: {sentence(on, kept, right)}")
    print("Every day is that of its calls." if not wrong else f"{wrong} wrong; `rollup rebuild` counts anew.")
    return 1 if wrong else 0


def sentence(on: date, kept: Sequence[int], right: Sequence[int]) -> str:
    """What is wrong with a day, figure by figure."""
    from soi_dialer.domain.day_figures import COUNTED

    parts = [
        f"{is_kept} {name.replace('_', ' ')} are kept and {is_right} is right"
        for name, is_kept, is_right in zip(COUNTED, kept, right, strict=True)
        if is_kept != is_right
    ]
    return f"on {on} {', '.join(parts)}."


def _whose(dialer: Dialer, email: str | None) -> Sequence[Mapping[str, Any]]:
    from soi_dialer.commands.base import agent_named
    from soi_dialer.store import agents

    if email is not None:
        return [agent_named(dialer, email)]
    with dialer.db.read() as conn:
        return agents.everybody(conn)

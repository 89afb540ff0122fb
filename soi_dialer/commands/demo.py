"""`demo`: fill an empty installation with invented people and calls."""

from __future__ import annotations

import argparse
import sys

from soi_dialer.commands.options import CommandError


def add_to(commands: argparse._SubParsersAction) -> None:
    commands.add_parser("demo", help="make invented people and calls to look around in").set_defaults(run=run)


def run(_given: argparse.Namespace) -> None:
    from soi_dialer.commands import practice
    from soi_dialer.commands.base import opened
    from soi_dialer.flows.seed_demo import seed_demo
    from soi_dialer.simulator.media import render

    with opened(make=True) as dialer:
        if not dialer.settings.simulated:
            raise CommandError("demo data is for the practice phone company; unset TWILIO_ACCOUNT_SID to use it")
        demo = seed_demo(dialer, render)
        if demo is None:
            raise CommandError("there are agents here already; demo data goes into an empty DATA_DIR only")
        try:
            practice.introduce(dialer)
        except OSError:
            print("The practice phone company is not running; it learns of the handsets at its start.", file=sys.stderr)
    print(f"Sign in as {demo.email} with the password {demo.password}")

"""`reconcile`."""

from __future__ import annotations

import argparse


def add_to(commands: argparse._SubParsersAction) -> None:
    commands.add_parser("reconcile", help="ask the carrier about calls gone silent").set_defaults(run=run)


def run(_given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import opened
    from soi_dialer.flows.reconcile import reconcile

    with opened() as dialer:
        count = reconcile(dialer)
    print(f"Asked the carrier about {count} {'call' if count == 1 else 'calls'}.")

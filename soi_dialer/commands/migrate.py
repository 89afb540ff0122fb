"""`migrate`."""

from __future__ import annotations

import argparse


def add_to(commands: argparse._SubParsersAction) -> None:
    commands.add_parser("migrate", help="bring the database to this version").set_defaults(run=run)


def run(_given: argparse.Namespace) -> None:
    import config
    from soi_dialer.store import migrate

    migrate.upgrade(config.load().database_url)
    print("The database is up to date.")

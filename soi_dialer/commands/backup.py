"""`backup`."""

from __future__ import annotations

import argparse
from pathlib import Path

from soi_dialer.commands.options import CommandError


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("backup", help="copy the database and the voicemails' audio")
    command.add_argument("--to", type=Path, metavar="DIR", help="where; backups in DATA_DIR when left out")
    command.add_argument("--keep", type=int, default=14, metavar="N", help="how many copies stay (14)")
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import opened
    from soi_dialer.commands.progress import progress
    from soi_dialer.flows.back_up import back_up

    if given.keep < 1:
        raise CommandError("--keep must be 1 or more")
    with opened() as dialer, progress("recordings") as seen:
        made = back_up(dialer, given.to, keep=given.keep, seen=seen)
    print(made.path)
    if made.counts:
        print(", ".join(f"{name} {count}" for name, count in made.counts.items()))
    print(f"{made.audio_added} new recordings, {made.removed} old copies removed")
    if made.audio_missing:
        print(f"{made.audio_missing} recordings are not on this disk any more and could not be copied")

"""`contacts import` and `contacts export`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from soi_dialer.commands.options import CommandError, add_agent_option

LARGEST_FILE = 20_000_000
FORMATS = ("csv", "vcard3", "vcard4")
_PROBLEMS_SHOWN = 20


def add_to(commands: argparse._SubParsersAction) -> None:
    verbs = commands.add_parser("contacts", help="the people").add_subparsers(required=True, metavar="VERB")
    reading = verbs.add_parser("import", help="take in an address book; the same file twice changes nothing")
    reading.add_argument("file", metavar="FILE", type=Path, help="CSV with a header row, or vCard; its name is free")
    reading.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    add_agent_option(reading)
    reading.set_defaults(run=run_import)
    writing = verbs.add_parser("export", help="write all contacts to the standard output or a file")
    writing.add_argument("file", metavar="FILE", type=Path, nargs="?")
    writing.add_argument("--format", choices=FORMATS, default="csv", help="csv (the default), vcard3 or vcard4")
    add_agent_option(writing)
    writing.set_defaults(run=run_export)


def run_import(given: argparse.Namespace) -> int:
    from soi_dialer.commands.base import agent_named, opened, scope_of
    from soi_dialer.commands.progress import progress
    from soi_dialer.flows.import_contacts import import_contacts

    if given.file.stat().st_size > LARGEST_FILE:
        raise CommandError(f"{given.file} is larger than {LARGEST_FILE // 1_000_000} MB; split it")
    data = given.file.read_bytes()
    with opened() as dialer, progress("contacts") as seen:
        scope = scope_of(agent_named(dialer, given.agent))
        name = given.file.name
        result = import_contacts(dialer, scope, data, file_name=name, dry_run=given.dry_run, progress=seen)
    _print_result(result, given.dry_run)
    return 0


def _print_result(result: Any, dry_run: bool) -> None:
    counts = f"{result.added} added, {result.updated} updated, {result.unchanged} unchanged, {result.skipped} left out"
    print(f"A dry run, nothing was changed: {counts}." if dry_run else f"{counts}.")
    for problem in result.problems[:_PROBLEMS_SHOWN]:
        print(f"  {problem}", file=sys.stderr)
    if len(result.problems) > _PROBLEMS_SHOWN:
        print(f"  and {len(result.problems) - _PROBLEMS_SHOWN} more", file=sys.stderr)


def run_export(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import agent_named, opened, scope_of
    from soi_dialer.flows.export_contacts import export_contacts

    with opened() as dialer:
        lines = export_contacts(dialer, scope_of(agent_named(dialer, given.agent)), given.format)
        if given.file is None:
            sys.stdout.writelines(lines)
            return
        with given.file.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)

"""All commands in one parser, and the one place where their errors become a line and a status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from soi_dialer.commands import (
    agent,
    backup,
    contacts,
    demo,
    doctor,
    migrate,
    reconcile,
    report,
    rollup,
    servers,
    token,
)
from soi_dialer.commands.options import CommandError

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

_MODULES = (servers, demo, doctor, migrate, agent, token, contacts, report, rollup, reconcile, backup)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is what --help is for."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def make_parser() -> Parser:
    parser = Parser(prog="soi_dialer", description="Click to call, every message returned, the week in hours.")
    parser.add_argument("--traceback", action="store_true", help="show where in the program an error came from")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in _MODULES:
        module.add_to(commands)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    parsed = make_parser().parse_args(arguments)
    try:
        status = _run(parsed.run, parsed)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _run(command: Callable[[argparse.Namespace], int | None], parsed: argparse.Namespace) -> int:
    try:
        return command(parsed) or OK
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return _complain("stopped", INTERRUPTED)
    except Exception as error:
        if parsed.traceback:
            raise
        return _complain(_words(error), FAILED)


def _words(error: Exception) -> str:
    """What went wrong, for the person at the terminal. A database's own text may hold values, so it is not shown."""
    if isinstance(error, CommandError):
        return str(error)
    import sqlalchemy.exc

    from config import SettingsError
    from soi_dialer.carrier.errors import CarrierError
    from soi_dialer.flows.errors import FlowError

    if isinstance(error, CarrierError):
        return error.reason
    if isinstance(error, FlowError | SettingsError):
        return str(error)
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        return f"the database does not do what was asked: {_first_line(str(error.orig))}"
    if isinstance(error, OSError):
        return _file_trouble(error)
    return f"unexpected {type(error).__name__}: {_first_line(str(error))} (--traceback shows where)"


def _file_trouble(error: OSError) -> str:
    if error.strerror is None:  # our own words
        return str(error)
    name = " ".join(str(error.filename or "").splitlines())
    return f"{name}: {error.strerror}" if name else error.strerror


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0][:300]


def _complain(words: str, status: int) -> int:
    for line in words.splitlines() or [words]:
        print(f"soi_dialer: {line}", file=sys.stderr)
    return status

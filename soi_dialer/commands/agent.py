"""`agent add` and `agent update`."""

from __future__ import annotations

import argparse
import getpass
import sys

from soi_dialer.commands.options import CommandError

_VALUES = ("name", "phone", "time_zone", "twilio_number", "working_hours", "channels", "role")


def add_to(commands: argparse._SubParsersAction) -> None:
    verbs = commands.add_parser("agent", help="add or change an agent").add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="a new agent; sets up the database when there is none yet")
    add.add_argument("--email", required=True, help="with which the agent signs in")
    _add_values(add, required=True)
    add.set_defaults(run=run_add)
    update = verbs.add_parser("update", help="change what is given, leave the rest")
    update.add_argument("email", metavar="EMAIL")
    update.add_argument("--email", dest="new_email", metavar="EMAIL", help="a new address to sign in with")
    _add_values(update, required=False)
    update.set_defaults(run=run_update)


def _add_values(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--name", required=required)
    parser.add_argument("--phone", required=required, help="the agent's own phone, which a click rings")
    parser.add_argument("--time-zone", required=required, help="such as America/New_York")
    parser.add_argument("--twilio-number", help="the agent's own number with the carrier; else the installation's")
    parser.add_argument("--working-hours", help='such as "Mon-Fri 08:00-18:00"')
    parser.add_argument("--channels", help='how to remind the agent, such as "page,sms"')
    parser.add_argument("--role", help="agent, or lead: who sees the figures of everybody in the office")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the standard input")


def run_add(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import opened
    from soi_dialer.flows.add_agent import add_agent

    password = _password(given) or _typed_password()
    with opened(make=True) as dialer:
        agent = add_agent(dialer, email=given.email, password=password, **_values(given))
    print(f"Added agent {agent['email']}.")


def run_update(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import opened
    from soi_dialer.flows.add_agent import update_agent

    changes = {"email": given.new_email, "password": _password(given), **_values(given)}
    with opened() as dialer:
        agent = update_agent(dialer, given.email, **changes)
    print(f"Updated agent {agent['email']}.")


def _values(given: argparse.Namespace) -> dict[str, str | None]:
    return {name: getattr(given, name) for name in _VALUES}


def _password(given: argparse.Namespace) -> str | None:
    """The standard input without its one closing line break; everything else belongs to the password."""
    if not given.password_stdin:
        return None
    text = sys.stdin.read(10_000)
    if text.endswith("\n"):
        text = text[:-1].removesuffix("\r")
    if not text:
        raise CommandError("the standard input holds no password")
    return text


def _typed_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("the password is missing; give it with --password-stdin")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise CommandError("the two passwords differ")
    return password

"""`token create`."""

from __future__ import annotations

import argparse

from soi_dialer.commands.options import add_agent_option


def add_to(commands: argparse._SubParsersAction) -> None:
    verbs = commands.add_parser("token", help="tokens for programs").add_subparsers(required=True, metavar="VERB")
    create = verbs.add_parser("create", help="print a new token for the JSON API, once")
    add_agent_option(create)
    create.set_defaults(run=run_create)


def run_create(given: argparse.Namespace) -> None:
    """Prints the token and nothing else, so that it can be caught by a script."""
    from soi_dialer.commands.base import agent_named, opened
    from soi_dialer.flows.make_token import make_token

    with opened() as dialer:
        print(make_token(dialer, agent_named(dialer, given.agent)))

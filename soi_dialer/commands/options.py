"""What several commands take, and how they refuse."""

from __future__ import annotations

import argparse


class CommandError(Exception):
    """One clear line for the person at the terminal."""


def add_agent_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agent", metavar="EMAIL", help="whose; may be left out when there is only one agent")

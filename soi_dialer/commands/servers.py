"""`serve`, `scheduler` and `simulator`: each runs until it is told to stop."""

from __future__ import annotations

import argparse

import config
from soi_dialer.commands.options import CommandError


def add_to(commands: argparse._SubParsersAction) -> None:
    commands.add_parser("serve", help="serve the pages, the API and the webhooks").set_defaults(run=run_serve)
    commands.add_parser("scheduler", help="do the work that is due").set_defaults(run=run_scheduler)
    simulator = commands.add_parser("simulator", help="a phone company on this machine, to practise and to test with")
    simulator.add_argument("--host", default="127.0.0.1")
    simulator.add_argument("--port", type=int, help="SIMULATOR_PORT when left out")
    simulator.add_argument("--scale", type=float, help="seconds of a call for each real second: 60 shortens the wait")
    simulator.add_argument("--account-sid", help="the account that may use it")
    simulator.add_argument("--auth-token", help="its password, with which webhooks are signed, too")
    simulator.set_defaults(run=run_simulator)


def run_serve(_given: argparse.Namespace) -> None:
    from soi_dialer import serving

    serving.serve(config.load())


def run_scheduler(_given: argparse.Namespace) -> None:
    from soi_dialer import serving

    serving.run_scheduler(config.load())


def run_simulator(given: argparse.Namespace) -> None:
    """What is not given comes from the settings, so that both sides of an installation agree."""
    from soi_dialer import orphans
    from soi_dialer.simulator import clock, server

    orphans.end_with_parent_named_in_environment()
    settings = config.load()
    port = given.port or settings.simulator_port
    if not 1 <= port <= 65535:
        raise CommandError(f"--port must be from 1 to 65535, got {port}")
    clock.run_ahead(settings.practice_days)
    server.run(
        given.host,
        port,
        given.account_sid or settings.twilio_account_sid,
        given.auth_token or settings.twilio_auth_tokens[0],
        state_file=settings.data_dir / "simulator.json",
        scale=given.scale or settings.simulator_scale,
        numbers=[settings.twilio_phone_number] if settings.twilio_phone_number else [],
    )

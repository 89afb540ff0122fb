"""What open pages ask every while: how many calls are owed, and whether the scheduler is alive."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from soi_dialer.flows.check_health import scheduler_problem
from soi_dialer.web import page
from soi_dialer.web.sessions import PULSE


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule(PULSE, "pulse", pulse)


def pulse() -> Response:
    """Everything in it came with the session, so it asks the database nothing more."""
    agent = page.agent()
    problem = scheduler_problem(page.dialer().settings, agent["swept_at"], page.now())
    return jsonify(owed=agent["owed"], problem=problem)

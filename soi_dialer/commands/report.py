"""`report week`, as a table for people, CSV for spreadsheets or JSON for programs."""

from __future__ import annotations

import argparse
import csv
import io
import json
from datetime import date
from typing import Any

from soi_dialer.commands.options import add_agent_option

_BAR_MINUTES = 10  # of talk for each mark of a day's bar
_WITHIN = {"1h": "within an hour", "same_day": "the same day", "next_day": "the next day", "later": "later"}


def add_to(commands: argparse._SubParsersAction) -> None:
    verbs = commands.add_parser("report", help="figures").add_subparsers(required=True, metavar="VERB")
    week = verbs.add_parser("week", help="the week in hours")
    week.add_argument("--week", metavar="2026-W47", help="an ISO week; the present one when left out")
    week.add_argument("--format", choices=("table", "csv", "json"), default="table")
    add_agent_option(week)
    week.set_defaults(run=run_week)


def run_week(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import agent_named, opened, scope_of
    from soi_dialer.flows.report_week import report_week

    with opened() as dialer:
        figures = report_week(dialer, scope_of(agent_named(dialer, given.agent)), given.week)
    print({"table": as_table, "csv": as_csv, "json": as_json}[given.format](figures))


def as_json(figures: dict[str, Any]) -> str:
    return json.dumps(figures, indent=2)


def as_csv(figures: dict[str, Any]) -> str:
    """One line for each day."""
    out = io.StringIO()
    columns = ("date", "talk_seconds", "connected", "self_reported_seconds")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(figures["days"])
    return out.getvalue().rstrip("\n")


def as_table(figures: dict[str, Any]) -> str:
    callbacks = figures["callbacks"]
    lines = [
        f"Week {figures['week']}, from {figures['starts_on']} ({figures['time_zone']})",
        f"Talked {in_hours(figures['talk_seconds'])}",
        *_said_line(figures),
        "",
        *(_day_line(day) for day in figures["days"]),
        "",
        *_call_lines(figures["calls"]),
        f"Callbacks: {callbacks['opened']} opened, {callbacks['returned']} returned, {callbacks['waived']} waived, "
        f"{callbacks['still_open']} still open",
    ]
    speed = [f"{n} {_WITHIN[name]}" for name, n in callbacks["returned_within"].items() if n]
    return "\n".join(lines + ([f"Returned: {', '.join(speed)}"] if speed else []))


def _said_line(figures: dict[str, Any]) -> list[str]:
    count = figures["self_reported_calls"]
    said = in_hours(figures["self_reported_seconds"])
    return [f"Self-reported, not in it: {said} in {count} {'call' if count == 1 else 'calls'}"] if count else []


def in_hours(seconds: int) -> str:
    """ "2 h 05 min", rounded down to whole minutes as a clock shows them."""
    minutes = seconds // 60
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _day_line(day: dict[str, Any]) -> str:
    bar = "#" * round(day["talk_seconds"] / 60 / _BAR_MINUTES)
    name = f"{date.fromisoformat(day['date']):%a} {day['date']}"
    return f"{name}  {in_hours(day['talk_seconds']):>11}  {day['connected']:>3} talked  {bar}".rstrip()


def _call_lines(calls: dict[str, dict[str, int]]) -> list[str]:
    lines = []
    for direction, counts in calls.items():
        parts = [f"{n} {outcome.replace('_', ' ')}" for outcome, n in counts.items() if n]
        lines.append(f"{direction.capitalize()}: {', '.join(parts) or 'none'}")
    return lines

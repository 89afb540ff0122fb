"""`report week`, `month` and `quarter`, as a table for people, CSV for spreadsheets or JSON for programs."""

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
    _add_common(week)
    week.set_defaults(run=run_week)
    for kind, example in (("month", "2026-11"), ("quarter", "2026-Q4"), ("days", "2026-11-01..2026-11-15")):
        _add_span(verbs, kind, example)


def _add_span(verbs: argparse._SubParsersAction, kind: str, example: str) -> None:
    if_left_out = {"days": "the last day included"}.get(kind, "the present one when left out")
    span = verbs.add_parser(kind, help=f"the {kind} in hours")
    span.add_argument(f"--{kind}", dest="span", metavar=example, required=kind == "days", help=if_left_out)
    _add_common(span)
    span.set_defaults(run=run_span, kind=kind)


def _add_common(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", choices=("table", "csv", "json"), default="table")
    verb.add_argument("--measured", action="store_true", help="leave out what is self-reported")
    add_agent_option(verb)


def run_week(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import agent_named, opened, scope_of
    from soi_dialer.flows.report_week import report_week

    with opened() as dialer:
        scope = scope_of(agent_named(dialer, given.agent))
        figures = report_week(dialer, scope, given.week, self_reported=not given.measured)
    print({"table": as_table, "csv": as_csv, "json": as_json}[given.format](figures))


def run_span(given: argparse.Namespace) -> None:
    from soi_dialer.commands.base import agent_named, opened, scope_of
    from soi_dialer.flows.report_files import span_csv, span_json
    from soi_dialer.flows.report_span import named_span, report_span

    with opened() as dialer:
        agent = agent_named(dialer, given.agent)
        span = named_span(dialer, agent["time_zone"], given.span, given.kind)
        report = report_span(dialer, scope_of(agent), span, self_reported=not given.measured)
    if given.format == "csv":
        print(span_csv(report), end="")
    else:
        print({"table": span_table, "json": as_json}[given.format](span_json(report)))


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


def span_table(figures: dict[str, Any]) -> str:
    """What a person wants to read of `report_files.span_json`."""
    total, messages = figures["total"], figures["messages"]
    promises = messages["promises"]
    return "\n".join(
        [
            f"{figures['span']}, from {figures['starts_on']} to {figures['ends_on']} ({figures['time_zone']})",
            f"Talked {in_hours(total['talk_seconds'])} of {in_hours(figures['planned_talk_seconds'])} planned",
            *_said_line(total),
            f"Conversations: {total['conversations']} of {figures['planned_conversations']} planned, "
            f"{total['long_conversations']} of five minutes or more",
            "",
            *(_day_line(day | {"connected": day["conversations"]}) for day in figures["days"]),
            "",
            *_call_lines(figures["calls"]),
            f"Messages: {messages['received']} came in, {messages['returned']} callbacks returned, "
            f"{promises['kept']} of {promises['due']} promises kept",
        ]
    )


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

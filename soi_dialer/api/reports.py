"""/api/v1/reports: the week and any other days in figures, and the description of this interface."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from soi_dialer.api import fields, reading
from soi_dialer.api.auth import dialer, scope
from soi_dialer.api.openapi import document
from soi_dialer.domain.span import BadSpan, Span
from soi_dialer.domain.team import SORTED_BY
from soi_dialer.flows.report_files import span_json, team_json
from soi_dialer.flows.report_span import report_span
from soi_dialer.flows.report_team import report_team
from soi_dialer.flows.report_week import report_week


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/reports/weekly", "weekly_report", _weekly, methods=["GET"])
    blueprint.add_url_rule("/reports/span", "span_report", _span, methods=["GET"])
    blueprint.add_url_rule("/reports/team", "team_report", _team, methods=["GET"])
    blueprint.add_url_rule("/openapi.json", "openapi", document, methods=["GET"])


_TRUTH = fields.one_of(("true", "false"))


def _weekly() -> dict[str, Any]:
    given = reading.query({"week": fields.text(20), "self_reported": _TRUTH})
    return report_week(dialer(), scope(), given.get("week"), self_reported=_counted(given))


def _span() -> dict[str, Any]:
    given = reading.query({"span": _read_span, "self_reported": _TRUTH})
    return span_json(report_span(dialer(), scope(), given.get("span"), self_reported=_counted(given)))


def _team() -> dict[str, Any]:
    given = reading.query({"span": _read_span, "sort": fields.one_of(("name", *SORTED_BY)), "self_reported": _TRUTH})
    sort, counted = given.get("sort", "name"), _counted(given)
    return team_json(report_team(dialer(), scope(), given.get("span"), sort=sort, self_reported=counted))


def _counted(given: dict[str, Any]) -> bool:
    """Whether calls made elsewhere count, as they do unless left out."""
    return given.get("self_reported") != "false"


def _read_span(value: str) -> Span:
    try:
        return Span.parse(value)
    except BadSpan as wrong:
        raise ValueError(str(wrong)) from None

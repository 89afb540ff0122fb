"""/api/v1/reports: the week in figures, and the description of this interface."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from soi_dialer.api import fields, reading
from soi_dialer.api.auth import dialer, scope
from soi_dialer.api.openapi import document
from soi_dialer.flows.report_week import report_week


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/reports/weekly", "weekly_report", _weekly, methods=["GET"])
    blueprint.add_url_rule("/openapi.json", "openapi", document, methods=["GET"])


def _weekly() -> dict[str, Any]:
    return report_week(dialer(), scope(), reading.query({"week": fields.text(20)}).get("week"))

"""`create_app()` for any WSGI server; `python app.py` serves everything that one person needs."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, jsonify
from werkzeug.middleware.proxy_fix import ProxyFix

import webhooks
from config import Settings, load
from soi_dialer import api, web, wiring
from soi_dialer.dialer import Dialer
from soi_dialer.flows.check_health import check_health
from soi_dialer.web.late_rule import LateRule

LARGEST_REQUEST = 256 * 1024


def create_app(settings: Settings | None = None, dialer: Dialer | None = None) -> Flask:
    """The Flask app with all its doors.

    Raises:
        SettingsError: naming every setting that is wrong.
    """
    settings = settings or (dialer.settings if dialer else load())
    app = Flask("soi_dialer", static_folder=None)
    app.url_rule_class = LateRule
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=LARGEST_REQUEST)
    app.config["SESSION_COOKIE_SECURE"] = urlsplit(settings.public_url).scheme == "https"
    app.extensions["soi_dialer"] = dialer or wiring.build(settings)
    app.extensions["soi_verifier"] = wiring.make_verifier(settings)
    app.extensions["soi_dialer"].carrier.warm()
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    webhooks.register(app)
    api.register(app)
    web.register(app)
    app.add_url_rule("/healthz", view_func=healthz)
    return app


def healthz() -> Response:
    """200 when web, database and scheduler are well; 503 with the reason otherwise. Says nothing private."""
    found = check_health(current_app.extensions["soi_dialer"])
    facts = {name: shown(value) for name, value in dataclasses.asdict(found).items() if name != "is_well"}
    response = jsonify(status="ok" if found.is_well else "unwell", **facts)
    response.status_code = 200 if found.is_well else 503
    return response


def shown(value: object) -> object:
    """Instants as ISO 8601, everything else as it is."""
    return value.isoformat() if isinstance(value, datetime) else value


if __name__ == "__main__":
    from soi_dialer.serving import main

    raise SystemExit(main())

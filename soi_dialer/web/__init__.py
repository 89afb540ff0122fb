"""The agents' door: pages, forms, templates and the few static files that they need."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from soi_dialer.web import errors, filters, guard
from soi_dialer.web.sessions import Sessions
from soi_dialer.web.views import (
    call,
    callbacks,
    calls,
    contact,
    contact_facts,
    contact_form,
    contact_merge,
    contacts,
    home,
    households,
    imports,
    levels,
    log,
    plan,
    prepare,
    pulse,
    referrals,
    reminder_link,
    scripts,
    settings,
    sheet,
    sign_in,
    sphere,
    today,
    team,
    voicemails,
    week,
)

__all__ = ["register"]

_VIEWS = (
    *(home, pulse, sign_in, call, calls, callbacks, voicemails, week, team, plan, settings),
    *(contacts, contact, contact_facts, contact_form, contact_merge, households, imports),
    *(sphere, today, levels),
    *(log, prepare, referrals, scripts, sheet),
)


def register(app: Flask) -> None:
    """Add the pages to the app, whose `extensions["soi_dialer"]` holds the `Dialer` already."""
    dialer = app.extensions["soi_dialer"]
    app.secret_key = app.secret_key or dialer.settings.secret_key
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # seconds, for Bootstrap's files
    # Checked by the guard of our own pages: webhooks are signed instead, and the API has tokens.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: an agent leaves pages open all day
    app.session_interface = Sessions(dialer)
    app.static_url_path = "/static"  # Bootstrap's files are served below it, also where the app has none of its own
    Bootstrap5(app)
    CSRFProtect(app)
    app.register_blueprint(_pages(app))
    app.register_blueprint(reminder_link.make_blueprint())
    app.jinja_env.globals["parts"] = app.jinja_env.get_template("web/_parts.html").module  # read once, for every page


def _pages(app: Flask) -> Blueprint:
    pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/assets")
    for view in _VIEWS:
        view.add_routes(pages)
    guard.install(pages)
    errors.install(pages)
    filters.install(app, pages)
    return pages

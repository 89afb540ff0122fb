"""The carrier's door: verify, read the parameters, call one flow, answer TwiML or nothing."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the carrier's addresses into the app."""
    from webhooks import inbound, outbound, progress, reminder, text
    from webhooks.shortcut import Shortcut

    for room in (progress, outbound, inbound, reminder, text):
        app.register_blueprint(room.blueprint)
    app.wsgi_app = Shortcut(app, app.wsgi_app)

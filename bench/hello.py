"""The baseline: the least that Flask can do with a POST."""

from __future__ import annotations

from flask import Flask, Response

TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def create_app() -> Flask:
    """One address that answers fixed bytes and looks at nothing."""
    app = Flask("hello", static_folder=None)

    @app.post("/hello")
    def hello() -> Response:
        return Response(TWIML, content_type="text/xml")

    return app

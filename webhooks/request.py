"""One signed request of the carrier: verified before anything else is looked at.

The form is read from the raw body and never through Flask's form parser: the signature covers the parameters as sent.
"""

from __future__ import annotations

from flask import Response, abort, current_app, request

from soi_dialer.carrier.errors import BadRequest, BadSignature
from soi_dialer.dialer import Dialer
from soi_dialer.flows import failpoints

LARGEST_BODY = 64 * 1024


def dialer() -> Dialer:
    return current_app.extensions["soi_dialer"]


def verified() -> list[tuple[str, str]]:
    """The request's parameters. Ends the request with 403 for a wrong signature and 400 or 413 for a broken form."""
    request.max_content_length = LARGEST_BODY
    environ = request.environ
    try:
        return current_app.extensions["soi_verifier"].check(
            target(environ),
            request.get_data(cache=False),
            environ.get("HTTP_X_TWILIO_SIGNATURE"),
            environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"),
        )
    except BadSignature:
        abort(403)
    except BadRequest:
        abort(400)


def target(environ: dict) -> bytes:
    """Path and query as sent. Our own addresses hold only letters that no server re-encodes, so the path is safe."""
    path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    query = environ.get("QUERY_STRING", "")
    return (f"{path}?{query}" if query else path).encode("latin-1")


def xml(document: str) -> Response:
    failpoints.reached("document_made")
    return Response(document, content_type="text/xml; charset=utf-8")


def nothing() -> Response:
    """The answer to news: taken."""
    return Response(status=204)

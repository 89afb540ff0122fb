"""Error pages that say what happened and what to do. Flows' refusals become the status that fits."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request, session
from werkzeug.exceptions import HTTPException

from soi_dialer.flows.errors import NotFound
from soi_dialer.web import guard, page

_log = logging.getLogger(__name__)

_SAYS = {
    400: ("That did not arrive in one piece", "Please go back, reload the page and try again."),
    403: ("That is not allowed from here", "Open the page from the menu and try again."),
    404: ("There is nothing here", "It may have been removed, or the address has a typing mistake."),
    405: ("That address is for forms only", "Open the page from the menu."),
    413: (
        "That is too much text, or too large a file",
        "Please go back, shorten it and send it again. Your text is still in the form. An address book may have 20 MB.",
    ),
    429: ("Too many tries", "Please wait a minute and try again."),
    500: ("Something went wrong on our side", "Nothing you typed was acted upon twice. Please go back and try again."),
}


def install(pages: Blueprint) -> None:
    handle(pages)
    pages.app_errorhandler(404)(_nowhere)


def handle(pages: Blueprint) -> None:
    """Answer what goes wrong on these pages."""
    pages.register_error_handler(NotFound, lambda error: show(404))
    pages.register_error_handler(HTTPException, _of_http)
    pages.register_error_handler(Exception, _of_accident)


def show(status: int) -> Response:
    title, says = _SAYS.get(status, _SAYS[400 if status < 500 else 500])
    signed_in = getattr(session, "agent", None) is not None
    return page.show("error.html", status, title=title, says=says, signed_in=signed_in)


def _of_http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return show(error.code)


def _of_accident(error: Exception) -> Response:
    _log.exception("a page failed: %s", request.endpoint)
    return show(500)


def _nowhere(error: HTTPException) -> Response | HTTPException:
    """An address that no route knows. The other doors answer for theirs."""
    if request.path.startswith(("/api/", "/webhooks/")):
        return error
    return guard.harden(show(404))

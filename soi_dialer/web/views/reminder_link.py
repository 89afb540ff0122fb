"""The small page behind a reminder's link. The token in the address stands for the password and for the form's token.

Opening it changes nothing, whoever does: mail programs open links to look at them. Only a button acts.
"""

from __future__ import annotations

import secrets
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, redirect, request, url_for

from soi_dialer.flows import reminder_links
from soi_dialer.flows.errors import BadValue, Conflict, NotAllowed, NotFound
from soi_dialer.web import errors, guard, page
from soi_dialer.web.views.voicemails import send_sound

DONE = {
    "call": "Your phone rings now. Pick up and press 1.",
    "snooze": "Moved. You will be reminded then.",
    "waive": "Closed, with your reason.",
    "talked": "Returned: you talked on your own phone (self-reported).",
    "stop": "They will not be called, by anybody in your office, and this callback is closed.",
}


def make_blueprint() -> Blueprint:
    """The pages outside the guard of the others: no session and no password."""
    links = Blueprint("links", __name__)
    links.add_url_rule("/r/<token>", "show", show)
    links.add_url_rule("/r/<token>", "act", act, methods=["POST"])
    links.add_url_rule("/r/sound/<token>", "sound", sound)
    links.after_request(_harden)
    errors.handle(links)
    return links


def show(token: str) -> Response:
    return _page(token)


def act(token: str) -> Response:
    request.max_content_length = guard.LONGEST_FORM
    opened = reminder_links.open_link(page.dialer(), token)
    if opened is None:
        return _page(token)
    try:
        done = reminder_links.act(page.dialer(), opened, request.form)
    except (BadValue, NotAllowed, Conflict, NotFound) as wrong:
        return _page(token, 422, wrong=str(wrong), reason_text=page.typed("reason"))
    return redirect(url_for("links.show", token=token, done=done), 303)


def sound(token: str) -> Response:
    """A message for the carrier, which plays it to the agent on the phone."""
    return send_sound(page.found(reminder_links.open_sound(page.dialer(), token)))


def _page(token: str, status: int = 200, **said: Any) -> Response:
    opened = reminder_links.open_link(page.dialer(), token)
    if opened is None:
        return page.show("reminder_link_over.html", 410)
    now, zone = page.now(), ZoneInfo(opened.agent["time_zone"])
    g.present = page.Present(now, zone, now.astimezone(zone).date())
    return page.show(
        "reminder_link.html",
        status,
        opened=opened,
        row=opened.owed,
        later=reminder_links.later(opened.agent, now),
        done=DONE.get(request.args.get("done", "")),
        nonce=secrets.token_urlsafe(16),
        **said,
    )


def _harden(response: Response) -> Response:
    """The address is a secret: it is told to nobody, and no search engine keeps the page."""
    response = guard.harden(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

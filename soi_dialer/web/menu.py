"""The main places, and which of them a page belongs to."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from flask import url_for
from markupsafe import Markup

from soi_dialer.web import icons

PLACES = (
    ("web.home", "Today", "home"),
    ("web.contacts", "Contacts", "people"),
    ("web.callbacks", "Callbacks", "back"),
    ("web.voicemails", "Voicemails", "tape"),
    ("web.week", "Week", "chart"),
)

_LINK = Markup('<a href="{}"{}>{}<span>{}</span></a>')


class Place(NamedTuple):
    """Where a page stands: one of the `PLACES`, or the settings, by endpoint; "" for neither."""

    endpoint: str
    is_itself: bool  # otherwise something below it


NOWHERE = Place("", False)

_ELSEWHERE = (("/team", "web.week"), ("/plan", "web.week"), ("/households", "web.contacts"), ("/facts", "web.contacts"))
"""Pages below a place whose addresses are not."""


def place(root: str, path: str) -> Place:
    """Of the page at this path."""
    full = root + path
    for endpoint, href in _addresses(root):
        if full == href:
            return Place(endpoint, True)
        if endpoint not in ("web.home", "web.settings") and full.startswith(href):
            return Place(endpoint, False)
    return next((Place(endpoint, False) for start, endpoint in _ELSEWHERE if path.startswith(start)), NOWHERE)


def menu(here: Place) -> Markup:
    """The links, with the present place marked: "page" for itself, "true" for what lies below it."""
    return Markup("\n").join(
        _LINK.format(url_for(endpoint), _mark(here) if endpoint == here.endpoint else "", icons.icon(picture), label)
        for endpoint, label, picture in PLACES
    )


def _mark(here: Place) -> Markup:
    return Markup(' aria-current="page"') if here.is_itself else Markup(' aria-current="true"')


@lru_cache(maxsize=64)
def _addresses(root: str) -> tuple[tuple[str, str], ...]:
    return tuple((endpoint, url_for(endpoint)) for endpoint in (*(name for name, *_ in PLACES), "web.settings"))

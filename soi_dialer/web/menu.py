"""The five main places, drawn once for each path: every page shows them, and building addresses takes time."""

from __future__ import annotations

from functools import lru_cache

from flask import url_for
from markupsafe import Markup

from soi_dialer.web import icons

PLACES = (
    ("web.home", "Home", "home"),
    ("web.contacts", "Contacts", "people"),
    ("web.callbacks", "Callbacks", "back"),
    ("web.voicemails", "Voicemails", "tape"),
    ("web.week", "Week", "chart"),
)

_LINK = Markup('<a href="{}"{}>{}<span>{}</span></a>')


@lru_cache(maxsize=1024)
def menu(root: str, path: str) -> Markup:
    """The links, with the present place marked: "page" for itself, "true" for what lies below it."""
    full = root + path
    return Markup("\n").join(
        _LINK.format(href, _mark(href, full, endpoint), icons.icon(picture), label)
        for endpoint, label, picture in PLACES
        for href in (url_for(endpoint),)
    )


def _mark(href: str, path: str, endpoint: str) -> Markup:
    if path == href:
        return Markup(' aria-current="page"')
    below = endpoint != "web.home" and path.startswith(href)
    return Markup(' aria-current="true"') if below else Markup("")

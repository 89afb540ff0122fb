"""Pieces of pages that are drawn once for what they depend on, and then kept for a while.

A piece's template sees what it is given and nothing else of the page. Its forms carry the token of one session, and
its times are said as of one day in one zone; both are part of what it depends on.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import current_app, request
from markupsafe import Markup

from soi_dialer.web import csrf, page


def piece(template: str, **values: Hashable) -> Markup:
    """Of a page for somebody signed in."""
    at = page.present()
    return _drawn(template, request.script_root, csrf.token(), at.today, at.zone, tuple(values.items()))


@lru_cache(maxsize=2048)
def _drawn(
    template: str, root: str, token: str, today: date, zone: ZoneInfo, values: tuple[tuple[str, Hashable], ...]
) -> Markup:
    return Markup(current_app.jinja_env.get_template(f"web/{template}").render(dict(values)))

"""The addresses of our own pages for templates, kept once built: building one takes longer than showing it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import request, url_for


def link(endpoint: str, **values: Any) -> str:
    """Flask's `url_for`, inside a request; addresses depend on their values and on where the app is mounted alone."""
    return _built(request.script_root, endpoint, tuple(values.items()))


@lru_cache(maxsize=8192)
def _built(root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))

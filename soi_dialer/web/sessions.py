"""Flask's session on our server-side sessions.

Somebody signed in has an opaque id in one cookie; a visitor has a small signed cookie, which holds the CSRF token of
the sign-in form. Over https both have the `__Host-` prefix: no subdomain and no plain http page can plant them.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SecureCookieSession, SessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from soi_dialer.dialer import Dialer
from soi_dialer.flows import sign_in

ID_COOKIE = "soi"
VISITOR_COOKIE = "soi_visitor"

PULSE = "/pulse"
"""What open pages ask every while."""

_NO_SESSION = ("/assets/", "/bootstrap/", "/webhooks/", "/api/", "/healthz", "/r/")


class PageSession(SecureCookieSession):
    """A dict that knows who is signed in. `agent` is the row of `store.sessions.find`."""

    agent = None
    session_id: str | None = None
    ended = False
    kept_elsewhere = False

    def begin(self, session_id: str) -> None:
        """Somebody has signed in: a new id, and nothing of the visitor's session goes along."""
        self.clear()
        self.session_id, self.kept_elsewhere, self.modified = session_id, True, True

    def end(self) -> None:
        """Forget the browser's cookies; the server's side has been removed already."""
        self.clear()
        self.session_id, self.agent, self.ended = None, None, True


class Sessions(SessionInterface):
    """Reads and writes `PageSession`s; one query for somebody signed in, none for a visitor."""

    session_class = PageSession

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        self._https = urlsplit(dialer.settings.public_url).scheme == "https"
        self._signer = URLSafeTimedSerializer(
            dialer.settings.secret_key, salt="soi-visitor", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def open_session(self, app: Flask, request: Request) -> PageSession:
        if request.path.startswith(_NO_SESSION):
            return PageSession()
        session_id = request.cookies.get(self._name(ID_COOKIE, request), "")
        asks_itself = request.path == PULSE
        is_id = 20 <= len(session_id) <= 100
        row = sign_in.current(self._dialer, session_id, is_sign_of_life=not asks_itself) if is_id else None
        if row is None:
            return PageSession(self._visitors(request))
        session = PageSession(row["data"])
        session.agent, session.session_id = row, session_id
        return session

    def save_session(self, app: Flask, session: PageSession, response: Response) -> None:
        request = current_request
        if session.ended:
            response.delete_cookie(self._name(ID_COOKIE, request), **self._kind(request))
            response.delete_cookie(self._name(VISITOR_COOKIE, request), **self._kind(request))
        elif session.kept_elsewhere:
            self._set(response, request, ID_COOKIE, session.session_id)
        elif session.modified and session.session_id:
            sign_in.keep_data(self._dialer, session.session_id, dict(session))
        elif session.modified:
            self._set(response, request, VISITOR_COOKIE, self._signer.dumps(dict(session)))

    def _visitors(self, request: Request) -> dict:
        try:
            return self._signer.loads(
                request.cookies.get(self._name(VISITOR_COOKIE, request), ""),
                max_age=int(sign_in.LIFETIME.total_seconds()),
            )
        except BadSignature:
            return {}

    def _set(self, response: Response, request: Request, name: str, value: str) -> None:
        response.set_cookie(self._name(name, request), value, **self._kind(request))

    def _name(self, name: str, request: Request) -> str:
        return f"__Host-{name}" if self._is_secure(request) else name

    def _kind(self, request: Request) -> dict:
        return {"path": "/", "httponly": True, "samesite": "Lax", "secure": self._is_secure(request)}

    def _is_secure(self, request: Request) -> bool:
        """Secure where the world reaches us by https, except for a browser on this machine itself by plain http."""
        return self._https and not (request.scheme == "http" and _is_this_machine(request.host))


@lru_cache(maxsize=256)
def _is_this_machine(host: str) -> bool:
    return urlsplit(f"//{host}").hostname in ("127.0.0.1", "localhost", "::1")

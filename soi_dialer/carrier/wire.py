"""HTTP to the carrier: pooled, with a time-out for connecting, one for each wait, and a deadline for the whole answer.

A read time-out alone does not help against a server that sends a byte now and then, so every read of the socket looks
at the time that is left. Redirects are not followed, answers are capped, and no request is ever repeated here.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
from collections.abc import Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple

import requests
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from soi_dialer import clock

POOL_SIZE = 32
MIB = 1024 * 1024


class Answer(NamedTuple):
    """An HTTP answer, read whole."""

    status: int
    headers: Any
    content: bytes


class Wire:
    """One pooled session. `timeout_seconds` is (connect, each read); `deadline_seconds` bounds a whole answer."""

    def __init__(self, timeout_seconds: tuple[float, float], deadline_seconds: float, largest_bytes: int) -> None:
        self._timeout = timeout_seconds
        self._session = requests.Session()
        self._session.headers["Accept-Encoding"] = "identity"  # so that the cap holds for what is unpacked, too
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(deadline_seconds, largest_bytes)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def exchange(self, method: str, url: str, **request: Any) -> Answer:
        """One request and its whole answer. Raises requests' and urllib3's exceptions."""
        with self._session.request(
            method, url, timeout=self._timeout, allow_redirects=False, stream=True, **request
        ) as response:
            content = response.raw.read(decode_content=False)
            return Answer(response.status_code, response.headers, content)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()


class LibraryHttp(HttpClient):
    """What the official library sends its requests through.

    `logins` are tried in turn while the answer is 401, and the one that worked is kept: during a token's rotation the
    old one stops working at a moment that only Twilio knows. A 401 was not processed, so repeating it is safe.
    """

    def __init__(self, wire: Wire, logins: Sequence[tuple[str, str]]) -> None:
        super().__init__(_quiet_logger(), False, None)
        self._wire = wire
        self._logins = tuple(logins)
        self._current = 0

    @property
    def login(self) -> tuple[str, str]:
        """The user name and password that worked last."""
        return self._logins[self._current]

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """The library's own contract (twilio 9.13, http/__init__.py); its log-in and time-out are replaced by ours."""
        answer = self.exchange(self._wire, method.upper(), uri, params=params, data=data, headers=headers)
        return Response(answer.status, answer.content.decode("utf-8", "replace"), answer.headers)

    def exchange(self, wire: Wire, method: str, url: str, **request: Any) -> Answer:
        """One request, with the next log-in if the present one is no longer accepted."""
        start = self._current
        for turn in range(len(self._logins)):
            index = (start + turn) % len(self._logins)
            answer = wire.exchange(method, url, auth=self._logins[index], **request)
            if answer.status != 401:
                self._current = index
                break
        return answer


def _quiet_logger() -> logging.Logger:
    """The libraries log addresses and parameters, which hold people's numbers: keep them to warnings."""
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    logger = logging.getLogger("twilio.http_client")
    logger.setLevel(logging.WARNING)
    return logger


class _Adapter(HTTPAdapter):
    """requests' adapter with connections that know a deadline, also behind a proxy."""

    def __init__(self, deadline_seconds: float, largest_bytes: int) -> None:
        self._limits = {"deadline_seconds": deadline_seconds, "largest_bytes": largest_bytes}
        super().__init__(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._limit(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        return self._limit(super().proxy_manager_for(proxy, **kwargs))

    def _limit(self, manager: PoolManager) -> PoolManager:
        plain = type("Plain", (_Limited, HTTPConnection), self._limits)
        secure = type("Secure", (_Limited, HTTPSConnection), self._limits)
        manager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
        return manager


class _Limited:
    """Mixed into urllib3's connections: answers are read through a `_TimedReader`."""

    deadline_seconds: float
    largest_bytes: int
    _ends_at: float | None = None  # None while a proxy is asked for a tunnel, before the request

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._ends_at = clock.monotonic() + self.deadline_seconds
        super().request(*args, **kwargs)

    def response_class(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, *args, **kwargs)
        if self._ends_at is not None:
            reader = _TimedReader(response.fp.detach(), sock, self._ends_at, self.largest_bytes)
            response.fp = io.BufferedReader(reader)
        return response


class _TimedReader(io.RawIOBase):
    """Reads a socket until a deadline and a size are reached; then it fails, whatever still comes."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, ends_at: float, largest_bytes: int) -> None:
        self._raw = raw
        self._sock = sock
        self._ends_at = ends_at
        self._left_bytes = largest_bytes
        self._each_seconds = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_seconds = self._ends_at - clock.monotonic()
        if left_seconds <= 0:
            raise TimeoutError("the answer took too long")
        each_seconds = self._each_seconds
        self._sock.settimeout(left_seconds if each_seconds is None else min(left_seconds, each_seconds))
        count = self._raw.readinto(buffer)
        self._left_bytes -= count or 0
        if self._left_bytes < 0:
            raise OSError("the answer is too large")
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()

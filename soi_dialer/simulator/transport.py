"""The HTTP client of the phone company: signs a request, sends it, and tells how it went without raising."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import http.client
import secrets
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from soi_dialer.simulator import clock

CONNECT_SECONDS = 5.0
LARGEST_ANSWER = 2 * 1024 * 1024
MOST_REDIRECTS = 10


@dataclasses.dataclass
class Answer:
    """What the receiver said. `status` is 0 and `error` is set when there was no answer at all."""

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    error: str = ""
    error_code: int = 0
    url: str = ""

    @property
    def ok(self) -> bool:
        """Answered with a 2xx."""
        return 200 <= self.status < 300


@dataclasses.dataclass
class Patience:
    """Limits for one webhook in seconds, and what is tried again (webhook connection overrides in the fragment)."""

    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = 15.0
    total_seconds: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})


def patience_for(url: str, read_seconds: float) -> Patience:
    """Read the overrides `#ct=..&rt=..&tt=..&rc=..&rp=..`. Twilio: webhook connection overrides."""
    wanted = dict(parse_qsl(urlsplit(url).fragment))
    patience = Patience(read_seconds=read_seconds)
    patience.connect_seconds = _milliseconds(wanted.get("ct"), patience.connect_seconds, 10.0)
    patience.read_seconds = _milliseconds(wanted.get("rt"), read_seconds, 15.0)
    patience.total_seconds = _milliseconds(wanted.get("tt"), 15.0, 15.0)
    if wanted.get("rc", "").isdigit():
        patience.retries = min(5, int(wanted["rc"]))
    if "rp" in wanted:
        patience.retry_on = frozenset(wanted["rp"].split(","))
    return patience


def _milliseconds(text: str | None, default: float, most: float) -> float:
    return min(most, max(0.1, int(text) / 1000)) if text and text.isdigit() else default


def bare(url: str) -> str:
    """The URL as it is requested and signed: no fragment, no user and password; over https no port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port and parts.scheme != "https":
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def signature(token: str, url: str, params: dict[str, str]) -> str:
    """X-Twilio-Signature of a form POST, or of a GET when `params` is empty. Twilio: webhooks security."""
    text = bare(url) + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def send(url: str, method: str, params: dict[str, str], token: str, patience: Patience) -> Answer:
    """Send one webhook, trying again as the patience allows. Never raises for what the receiver does."""
    mark = clock.monotonic()
    headers = {
        "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
    }
    answer = Answer()
    for _ in range(patience.retries + 1):
        answer = _follow(url, method, params, token, patience, headers)
        spent = clock.monotonic() - mark
        if not _worth_another(answer, patience.retry_on) or spent > patience.total_seconds:
            break
    return answer


def _worth_another(answer: Answer, retry_on: frozenset[str]) -> bool:
    what = {11205: "ct", 11200: "rt"}.get(answer.error_code, f"{answer.status // 100}xx")
    if what not in ("ct", "rt", "4xx", "5xx"):
        return False
    return what in retry_on or "all" in retry_on


def _follow(
    url: str, method: str, params: dict[str, str], token: str, patience: Patience, headers: dict[str, str]
) -> Answer:
    for _ in range(MOST_REDIRECTS + 1):
        answer = _once(url, method, params, token, patience, headers)
        if answer.status not in (301, 302, 303, 307, 308):
            return answer
        url = urljoin(url, answer.body.decode())
        if answer.status in (301, 302, 303):
            method, params = "GET", {}
    return Answer(error="too many redirects", error_code=11215, url=url)


def _once(
    url: str, method: str, params: dict[str, str], token: str, patience: Patience, headers: dict[str, str]
) -> Answer:
    full = with_query(url, params) if method == "GET" else url
    signed = signature(token, full, {} if method == "GET" else params)
    sent = headers | {"X-Twilio-Signature": signed}
    body = None
    if method == "POST":
        body = urlencode(params).encode()
        sent["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
    try:
        return _exchange(full, method, body, sent, patience)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return Answer(error=f"{type(problem).__name__}: {problem}", error_code=11200, url=url)


def with_query(url: str, params: dict[str, str]) -> str:
    """The URL with the parameters added to its query."""
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(params)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def _exchange(url: str, method: str, body: bytes | None, headers: dict[str, str], patience: Patience) -> Answer:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=patience.connect_seconds)
    try:
        try:
            connection.connect()
        except OSError as problem:
            return Answer(error=f"cannot connect: {problem}", error_code=11205, url=url)
        connection.sock.settimeout(patience.read_seconds)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, target, body, headers)
        return _read(connection.getresponse(), url, clock.monotonic() + patience.read_seconds)
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, url: str, deadline: float) -> Answer:
    if response.status in (301, 302, 303, 307, 308):
        return Answer(response.status, body=(response.headers.get("Location") or "").encode(), url=url)
    body = b""
    while chunk := response.read1(65_536):
        body += chunk
        if clock.monotonic() > deadline:
            raise TimeoutError("the receiver trickled its answer")
        if len(body) > LARGEST_ANSWER:
            break
    return Answer(response.status, response.headers.get("Content-Type", ""), body, url=url)

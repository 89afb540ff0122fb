"""Is this webhook really from our carrier account? (Twilio: Webhooks security)

The signature covers the URL that Twilio requested and every POST parameter. The URL is built from `PUBLIC_URL` and the
request target exactly as received, never from the Host header, which a stranger can choose. The check is our own
because the library's costs fifty times the HMAC; the tests hold it equal to the library's on arbitrary requests.
"""

from __future__ import annotations

import hmac
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from urllib.parse import unquote, urlsplit

from soi_dialer.carrier.errors import BadRequest, BadSignature

__all__ = ["BadRequest", "BadSignature", "Verifier"]

MAX_FIELDS = 300
"""Twilio sends about thirty parameters; thousands are an attack on the parser."""

_SHORT = 100
"""Characters of a field that is kept in memory: strangers send fields as well, and could send long ones."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHA1 = "HMAC_SHA1"


class Verifier:
    """Checks webhooks against one public address, one account and one or more auth tokens (several while rotating).

    `public_url` may have a path prefix. It is put before the received path only when it is not there already, so that
    it does not matter whether the proxy in front of us strips it.
    """

    def __init__(self, public_url: str, auth_tokens: Sequence[str], account_sid: str) -> None:
        if not auth_tokens or not all(token.strip() for token in auth_tokens):
            raise ValueError("an auth token is needed to check webhooks; an empty one would let anybody sign")
        if not account_sid:
            raise ValueError("the account SID is needed to check webhooks")
        self._keys = tuple(token.strip().encode() for token in auth_tokens)
        self._account_sid = account_sid
        self._origins, self._prefix = _origins(public_url)

    def check(
        self, path_with_query: bytes | str, body: bytes, header: str | None, settings: str | None = None
    ) -> list[tuple[str, str]]:
        """The request's parameters, in the order sent, if it was signed by our account.

        `path_with_query` is the request target as received (not decoded), `header` is X-Twilio-Signature and `settings`
        is X-Twilio-Webhooks-Signature-Settings. Raises BadSignature (403) or BadRequest (400).
        """
        if not header:
            raise BadSignature("the signature is missing")
        if settings and _algorithm(settings) != _SHA1:
            raise BadSignature("the request is signed in a way that this account does not use")
        target = self._target(path_with_query)
        pairs = parse_form(body)
        signed = target + "".join(chain.from_iterable(sorted(set(pairs)))).encode()
        if not self._signed_by_us(signed, header):
            raise BadSignature("the signature does not match")
        if [value for name, value in pairs if name == "AccountSid"] != [self._account_sid]:
            raise BadSignature("the request is about another account")
        return pairs

    def _signed_by_us(self, signed: bytes, header: str) -> bool:
        given = header.encode("utf-8", "replace")
        for key in self._keys:
            for origin in self._origins:
                digest = hmac.digest(key, origin + signed, "sha1")
                if hmac.compare_digest(b2a_base64(digest, newline=False), given):
                    return True
        return False

    def _target(self, path_with_query: bytes | str) -> bytes:
        try:
            target = path_with_query.encode() if isinstance(path_with_query, str) else path_with_query
        except UnicodeEncodeError:
            raise BadRequest("the address is not text") from None
        if not target.startswith(b"/"):
            raise BadRequest("the address is not a path")
        if self._prefix and not target.startswith(self._prefix + b"/"):
            return self._prefix + target
        return target


def parse_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form body in order, blank ones included. Raises BadRequest for bad UTF-8 or too many fields.

    Equal to `urllib.parse.parse_qsl` with blank values kept, at less than half its cost: most fields have no escapes.
    """
    if body.count(b"&") >= MAX_FIELDS:
        raise BadRequest("the form has too many fields")
    try:
        fields = [field for field in body.decode().replace("+", " ").split("&") if field]
        return [_pair(field) if "%" in field else field.partition("=")[::2] for field in fields]
    except UnicodeDecodeError:
        raise BadRequest("the form is not UTF-8") from None


def _pair(field: str) -> tuple[str, str]:
    return _known(field) if len(field) <= _SHORT else _unescaped(field)


def _unescaped(field: str) -> tuple[str, str]:
    name, _, value = field.partition("=")
    return unquote(name, errors="strict"), unquote(value, errors="strict")


@lru_cache(maxsize=4096)
def _known(field: str) -> tuple[str, str]:
    """The numbers of agents and of calls under way come again and again."""
    return _unescaped(field)


def _origins(public_url: str) -> tuple[tuple[bytes, ...], bytes]:
    """Scheme and host without and with the port, because Twilio signs either way; and the path prefix."""
    parts = urlsplit(public_url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("PUBLIC_URL must be an http or https address with a host")
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{parts.port}").removesuffix(":")
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    bare = f"{parts.scheme}://{host}"
    origins = (bare.encode(), f"{bare}:{port}".encode())
    likely_first = origins if parts.scheme == "https" else origins[::-1]  # over http, voice keeps the port
    return likely_first, parts.path.rstrip("/").encode()


def _algorithm(settings: str) -> str:
    """The algorithm named in the settings header; HMAC_SHA1 when none is (Twilio: Webhooks, shared keys)."""
    for part in settings.split(","):
        name, found, value = part.partition("=")
        if found and name.strip() == "algorithm" and value.strip():
            return value.strip()
    return _SHA1

"""What can go wrong between us and the carrier, sorted by the only question that matters: could a phone have rung?

Placing a call is not idempotent (Twilio: error 20500), so an answer is either `Refused` (certainly nothing happened) or
`Unsure` (it may have). Only a refusal with `may_retry` may be repeated; whatever is unsure is asked about later and
never sent again.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.exceptions import TimeoutError as WaitedTooLong

from soi_dialer.carrier.reasons import REASONS, reason_for

__all__ = [
    "REASONS",
    "BadRequest",
    "BadSignature",
    "CarrierError",
    "Refused",
    "Unsure",
    "code_in",
    "from_answer",
    "reason_for",
    "sort_error",
]

TOO_MANY_REQUESTS = 20429
"""Twilio: error 20429, "the request was not processed"; the one answer that may be repeated at once."""

_UNDERSTOOD_WITHOUT_CODE = frozenset({400, 401, 403, 404, 405, 407, 411, 413, 414, 415, 429, 431})
"""HTTP answers that mean "not done" even from a proxy that knows no Twilio codes. 408, 425 and 5xx do not."""

_HANDSHAKE_REASONS = frozenset(
    {
        "CERTIFICATE_VERIFY_FAILED",
        "NO_PROTOCOLS_AVAILABLE",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "TLSV1_UNRECOGNIZED_NAME",
        "UNSUPPORTED_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)
"""OpenSSL's words for failures that come before the first byte of a request."""

_NOT_REACHED = "The phone service could not be reached, so nothing was done. Check the network and try again."
_NOT_SENDABLE = "The phone service's address cannot be used, so nothing was done. Check TWILIO_API_URL in the settings."
_NOT_KNOWN = "It is not known whether this was done."
_NO_ANSWER = f"The phone service did not answer in time. {_NOT_KNOWN}"
_BROKEN_ANSWER = f"The phone service's answer could not be read. {_NOT_KNOWN}"
_SERVICE_FAILED = f"The phone service had a failure. {_NOT_KNOWN}"


class CarrierError(Exception):
    """The carrier did not do what was asked. `reason` is for a busy person, `code` is Twilio's error code or None."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason if code is None else f"{reason} ({code})")
        self.reason = reason
        self.code = code


class Refused(CarrierError):
    """Certainly nothing happened: nobody rang. `may_retry` says that the same request may be sent again later."""

    def __init__(self, reason: str, code: int | None = None, *, may_retry: bool = False) -> None:
        super().__init__(reason, code)
        self.may_retry = may_retry


class Unsure(CarrierError):
    """It may or may not have happened. Ask the carrier (list, fetch) before anything is done again."""


class BadSignature(Exception):
    """A webhook that did not come from our carrier account: answer 403 and keep nothing of it."""


class BadRequest(Exception):
    """A signed webhook whose parameters make no sense: answer 400."""


def sort_error(error: Exception) -> CarrierError:
    """The exception of the twilio library, of requests or of reading an answer, as `Refused` or `Unsure`."""
    if isinstance(error, CarrierError):
        return error
    if isinstance(error, TwilioRestException):
        return from_answer(error.status, error.code)
    if isinstance(error, TwilioServiceException):
        return from_answer(error.status, error.code)
    if isinstance(error, TwilioException):
        return _from_page(error)
    if isinstance(error, requests.RequestException):
        return _from_transport(error)
    return Unsure(_NO_ANSWER if isinstance(error, WaitedTooLong) else _BROKEN_ANSWER)


def from_answer(status: int, code: int | None) -> CarrierError:
    """Sort an HTTP answer. `code` is Twilio's; the library puts the HTTP status there when the body has none."""
    known_code = code if isinstance(code, int) and code >= 10000 else None
    if status == 429 or known_code == TOO_MANY_REQUESTS:
        return Refused(reason_for(TOO_MANY_REQUESTS), TOO_MANY_REQUESTS, may_retry=True)
    if 400 <= status < 500 and known_code is not None:
        return Refused(reason_for(known_code), known_code)
    if status in _UNDERSTOOD_WITHOUT_CODE:
        return Refused(f"The phone service refused the request (HTTP {status}). Check the account settings.")
    if status >= 500:
        return Unsure(_SERVICE_FAILED, known_code)
    return Unsure(_BROKEN_ANSWER, known_code)


def _from_page(error: TwilioException) -> CarrierError:
    """List requests raise a bare TwilioException that carries the response and no code (twilio 9.13, base/page.py)."""
    response = error.args[1] if len(error.args) > 1 else None
    status = getattr(response, "status_code", None)
    if not isinstance(status, int):
        return Unsure(_BROKEN_ANSWER)
    return from_answer(status, code_in(getattr(response, "text", "")))


def code_in(body: str) -> int | None:
    """Twilio's error code in an error body, or None."""
    try:
        code = json.loads(body).get("code")
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _from_transport(error: requests.RequestException) -> CarrierError:
    if _never_sent(error):
        return Refused(_NOT_REACHED, may_retry=True)
    if isinstance(error, requests.Timeout):
        return Unsure(_NO_ANSWER)
    if isinstance(error, ValueError) and not isinstance(error, requests.JSONDecodeError):
        return Refused(_NOT_SENDABLE)  # InvalidURL, MissingSchema, InvalidHeader: refused by requests itself
    return Unsure(_BROKEN_ANSWER)


def _never_sent(error: requests.RequestException) -> bool:
    """Failed while connecting. A reset or a time-out after that is not in here: the request may have arrived."""
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    for cause in _causes(error):
        if isinstance(cause, (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)):
            return True
        if isinstance(cause, ssl.SSLError) and getattr(cause, "reason", None) in _HANDSHAKE_REASONS:
            return True
    return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions that requests and urllib3 wrapped in this one, as `reason` or as an argument.

    Not `__context__`: whoever asks again while handling a refused connection would see that one there, and an unsure
    answer would pass for one that may be repeated.
    """
    waiting: list[object] = [error]
    for _ in range(20):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, BaseException):
            yield one
            waiting += [getattr(one, "reason", None), *one.args]

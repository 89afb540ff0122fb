"""The vendor's REST errors. Source: Twilio, error and warning dictionary."""

from __future__ import annotations

from flask import Response, jsonify

MESSAGES: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20005: (403, "Account not active"),
    20006: (403, "Access Denied"),
    20007: (400, "Page size too large"),
    20009: (409, "Unable to delete record: the call is not complete"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    10004: (400, "Call concurrency limit exceeded"),
    21201: (400, "No 'To' number is specified"),
    21203: (400, "International calling not enabled"),
    21205: (400, "Url is not a valid URL"),
    21206: (400, "Invalid 'SendDigits'"),
    21208: (400, "Invalid 'Timeout'"),
    21209: (400, "Invalid HTTP method"),
    21210: (400, "'From' phone number not verified"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid 'From' Number"),
    21213: (400, "'From' phone number is required"),
    21214: (400, "'To' phone number cannot be reached"),
    21215: (400, "Account not authorized to call this number; check the geographic permissions"),
    21216: (400, "Account not allowed to call this number"),
    21217: (400, "Phone number does not appear to be valid"),
    21219: (400, "'To' phone number not verified"),
    21220: (400, "Invalid call state: the call is not in progress"),
    21234: (400, "Invalid machine detection value"),
    21408: (400, "Permission to send a message has not been enabled for this region"),
    21602: (400, "Message body is required"),
    21603: (400, "'From' phone number is required to send a message"),
    21604: (400, "'To' phone number is required to send a message"),
    21606: (400, "The 'From' phone number is not a valid, message-capable number of this account"),
    21608: (400, "The number is unverified"),
    21609: (400, "StatusCallback is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "Message cannot be sent with the current combination of 'To' and 'From'"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21626: (400, "Invalid 'StatusCallbackEvent'"),
    32018: (400, "The Twiml parameter is longer than 4000 characters"),
}

CALL_TO = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}
"""Numbers that cannot be called, and why. Twilio: test credentials."""

TEXT_TO = {"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610}
TEXT_TO |= {"+15005550009": 21614}
"""Numbers that cannot be texted, and why. Twilio: test credentials."""

MAGIC_FROM = "+15005550006"
"""May be used as the sender without being owned. Twilio: test credentials."""

BAD_FROM = "+15005550001"


class RestError(Exception):
    """A REST request is refused. `code` is the vendor's number for the reason."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def answer(problem: RestError) -> tuple[Response, int]:
    """The error as the vendor writes it. A code that we do not know counts as a bad request."""
    status, message = MESSAGES.get(problem.code, (400, "Bad Request"))
    words = f"{message}: {problem.detail}" if problem.detail else message
    more_info = f"https://www.twilio.com/docs/errors/{problem.code}"
    return jsonify({"code": problem.code, "message": words, "more_info": more_info, "status": status}), status

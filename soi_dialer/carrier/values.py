"""Single values as Twilio writes them, made safe and turned into our words. Shared by webhooks and fetched records."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

CALL_SID = re.compile(r"CA[0-9a-f]{32}")
RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
MESSAGE_SID = re.compile(r"[SM]M[0-9a-f]{32}")
ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
E164 = re.compile(r"\+[1-9][0-9]{6,14}")

LONGEST_CALL_SECONDS = 7 * 24 * 3600
"""A measured length beyond this is not a length: Twilio ends calls after 4 hours, 24 by setting."""

TRANSCRIPT_CAP = 20_000
TEXT_CAP = 2_000

_RECORDING_URL_TAIL = re.compile(r"/(RE[0-9a-f]{32})(?:\.[a-z0-9]{2,4})?(?:[?#].*)?$", re.DOTALL)

_LEG_WORDS = {"in-progress": "answered", "no-answer": "no_answer", "cancelled": "canceled"}

_UNFINISHED_RECORDINGS = frozenset({"paused", "stopped", "processing"})

_WITHHELD = frozenset({"266696687", "7378742833", "17378742833", "2562533", "8656696", "86282452253"})
"""ANONYMOUS, RESTRICTED (two forms), BLOCKED, UNKNOWN and UNAVAILABLE spelled on a keypad; see docs of Twilio: Voice
request parameters. Some parse as real foreign numbers, so they are taken out before any number is understood."""

_UNSPEAKABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters; XML allows tab, line feed and carriage return only
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"  # direction overrides make text look like other text
    "\ud800-\udfff\ufffe\uffff]"  # lone surrogates cannot be stored as UTF-8
)
_SPACES = re.compile(r"\s+")


def clean_text(text: str, cap: int) -> str:
    """Text without control characters, direction overrides and lone surrogates, at most `cap` characters."""
    return _UNSPEAKABLE.sub("", text[: cap * 4])[:cap].strip()


def clean_line(text: str, cap: int) -> str:
    """As `clean_text`, on a single line."""
    return _SPACES.sub(" ", clean_text(text, cap))


def leg_status(word: str | None) -> str:
    """A REST or callback status in our words (`domain.facts.LEG_STATUSES`); unknown words are kept, in lower case."""
    if not word:
        return "unknown"
    word = clean_line(word.lower(), 20)
    return _LEG_WORDS.get(word, word)


def recording_status(word: str | None) -> str:
    """A recording's status in our words: in_progress, completed, absent, failed; others are kept, in lower case."""
    word = clean_line((word or "unknown").lower(), 20).replace("-", "_")
    return "in_progress" if word in _UNFINISHED_RECORDINGS else word


def answerer(word: str | None) -> str | None:
    """`AnsweredBy` as human, machine, fax or unknown (Twilio: Answering Machine Detection); None when absent."""
    if not word:
        return None
    if word.startswith("machine"):
        return "machine"
    return word if word in ("human", "fax") else "unknown"


def seconds(text: str | int | None) -> int | None:
    """A whole, believable number of seconds, or None. Twilio writes numbers as strings."""
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or not (text.isascii() and text.isdigit() and len(text) <= 7):
        return None
    number = int(text)
    return number if number <= LONGEST_CALL_SECONDS else None


def small_int(text: str | None) -> int | None:
    """A whole number of up to six digits, or None."""
    if not text or not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text)


def instant(text: str | datetime | None) -> datetime | None:
    """An RFC 2822 time as aware UTC, or None when it cannot be read. A time without a zone is UTC (Twilio: Call)."""
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text) if isinstance(text, str) else text
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def e164(text: str | None) -> str | None:
    """A number that could be called back, or None: withheld callers have words or spelled words instead."""
    if not text or not E164.fullmatch(text) or text[1:] in _WITHHELD:
        return None
    return text


def recording_sid(sid: str | None, url: str | None) -> str | None:
    """The recording's SID, from its own field or the end of its URL. The URL's host is never used for anything."""
    if sid:
        return sid if RECORDING_SID.fullmatch(sid) else None
    tail = _RECORDING_URL_TAIL.search(url) if url else None
    return tail.group(1) if tail else None

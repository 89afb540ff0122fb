"""Which verbs, attributes, values and nestings are TwiML. Source: Twilio, the TwiML reference of each verb."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

Check = Callable[[str], bool]

EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})
VOICE = re.compile(r"man|woman|alice|(Polly|Google)\.[A-Za-z0-9-]+")
ABSOLUTE = re.compile(r"https?://[^\s/_]+(/\S*)?", re.IGNORECASE)


def _words(*words: str) -> Check:
    return lambda value: value in words


def _number(low: int, high: int) -> Check:
    return lambda value: value.isascii() and value.isdigit() and low <= int(value) <= high


def _matches(pattern: str) -> Check:
    return lambda value: re.fullmatch(pattern, value) is not None


def _all_of(words: frozenset[str]) -> Check:
    return lambda value: bool(value.split()) and set(value.split()) <= words


def _anything(value: str) -> bool:
    return True


def _url(value: str) -> bool:
    """Absolute or relative; a relative one is allowed only in a document that has an address."""
    return bool(value) and not re.search(r"\s", value)


METHOD = _words("GET", "POST")
FLAG = _words("true", "false")
KEYS = _matches(r"[0-9*#]*")
DETECTION: dict[str, Check] = {
    "machineDetection": _words("Enable", "DetectMessageEnd"),
    "machineDetectionTimeout": _number(3, 60),
    "machineDetectionSpeechThreshold": _number(1000, 6000),
    "machineDetectionSpeechEndThreshold": _number(500, 5000),
    "machineDetectionSilenceTimeout": _number(2000, 10000),
}
RECORDING: dict[str, Check] = {
    "recordingStatusCallback": _url,
    "recordingStatusCallbackMethod": METHOD,
    "recordingStatusCallbackEvent": _all_of(RECORDING_EVENTS),
    "trim": _words("trim-silence", "do-not-trim"),
}


@dataclasses.dataclass(frozen=True)
class Rule:
    """One element: its attributes, what may stand inside, and whether it holds text ("no", "may", "must")."""

    attributes: dict[str, Check]
    children: frozenset[str] = frozenset()
    text: str = "no"
    required: frozenset[str] = frozenset()


VERBS = frozenset({"Say", "Play", "Pause", "Gather", "Record", "Dial", "Redirect", "Reject", "Hangup"})
WHISPER_VERBS = frozenset({"Say", "Play", "Gather", "Hangup"})
"""What may be said to a called party before it is joined. Twilio: Number, the `url` attribute; error 13201."""

RULES: dict[str, Rule] = {
    "Response": Rule({}, VERBS),
    "Say": Rule(
        {"voice": lambda value: VOICE.fullmatch(value) is not None, "language": _anything, "loop": _number(0, 1000)},
        text="must",
    ),
    "Play": Rule({"loop": _number(0, 1000), "digits": _matches(r"[0-9A-D*#wW]+")}, text="may"),
    "Pause": Rule({"length": _number(0, 3600)}),
    "Gather": Rule(
        {
            "input": _words("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "action": _url,
            "method": METHOD,
            "numDigits": _number(1, 1000),
            "timeout": _number(0, 600),
            "finishOnKey": _matches(r"[0-9*#]?"),
            "actionOnEmptyResult": FLAG,
            "speechTimeout": _matches(r"auto|\d+"),
            "language": _anything,
            "hints": _anything,
            "speechModel": _anything,
            "profanityFilter": FLAG,
            "partialResultCallback": _url,
            "partialResultCallbackMethod": METHOD,
            "bargeIn": FLAG,
            "enhanced": FLAG,
        },
        frozenset({"Say", "Play", "Pause"}),
    ),
    "Record": Rule(
        {
            "action": _url,
            "method": METHOD,
            "timeout": _number(0, 14400),
            "finishOnKey": KEYS,
            "maxLength": _number(2, 14400),
            "playBeep": FLAG,
            "transcribe": FLAG,
            "transcribeCallback": _url,
            **RECORDING,
        }
    ),
    "Dial": Rule(
        {
            "action": _url,
            "method": METHOD,
            "timeout": _number(5, 600),
            "timeLimit": _number(1, 86400),
            "callerId": _anything,
            "answerOnBridge": FLAG,
            "hangupOnStar": FLAG,
            "record": _words(
                "true",
                "false",
                "do-not-record",
                "record-from-answer",
                "record-from-ringing",
                "record-from-answer-dual",
                "record-from-ringing-dual",
            ),
            "recordingTrack": _words("inbound", "outbound", "both"),
            "ringTone": _matches(r"[a-z-]+"),
            "sequential": FLAG,
            "callReason": lambda value: len(value) <= 50,
            **RECORDING,
        },
        frozenset({"Number"}),
        text="may",
    ),
    "Number": Rule(
        {
            "url": _url,
            "method": METHOD,
            "sendDigits": _matches(r"[0-9A-D*#wW]{1,32}"),
            "statusCallback": lambda value: ABSOLUTE.fullmatch(value) is not None,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": _all_of(EVENTS),
            "amdStatusCallback": lambda value: ABSOLUTE.fullmatch(value) is not None,
            "amdStatusCallbackMethod": METHOD,
            "byoc": _matches(r"BY[0-9a-f]{32}"),
            **DETECTION,
        },
        text="may",
    ),
    "Redirect": Rule({"method": METHOD}, text="must"),
    "Reject": Rule({"reason": _words("rejected", "busy")}),
    "Hangup": Rule({}),
}

ACTIONS = ("action", "recordingStatusCallback", "transcribeCallback", "url")
"""Attributes that hold an address; a document without an own address must write them absolute (error 15004)."""

NEED_ACTION = frozenset({"Gather", "Record"})
"""Verbs whose action, when left out, is the document's own address."""

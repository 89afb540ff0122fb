"""What TwiML allows, restated as a table: verbs, attributes with their values, nesting (Twilio: TwiML for Voice).

Names are case-sensitive, and Twilio only warns about what it does not know, so a misspelt attribute is silently lost.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

Rule = Callable[[str], bool]

LARGEST_BYTES = 64 * 1024
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9_/-]*)?")


def one_of(*words: str) -> Rule:
    return lambda value: value in words


def between(least: int, most: int) -> Rule:
    return lambda value: value.isascii() and value.isdigit() and least <= int(value) <= most


def some_of(*words: str) -> Rule:
    """One or more words with single spaces between, none twice."""
    return lambda value: set(value.split(" ")) <= set(words) and len(set(value.split(" "))) == len(value.split(" "))


def url(value: str) -> bool:
    """Absolute, without a query: other forms are re-encoded on the way and break the signature."""
    return bool(_URL.fullmatch(value))


def phone(value: str) -> bool:
    return bool(PHONE.fullmatch(value))


boolean = one_of("true", "false")
method = one_of("GET", "POST")
call_events = some_of("initiated", "ringing", "answered", "completed")
recording_events = some_of("in-progress", "completed", "absent")
_KEYS = re.compile(r"[0-9#*]*")


def keys(value: str) -> bool:
    return bool(_KEYS.fullmatch(value))


VERBS: dict[str, dict[str, Rule]] = {
    "Response": {},
    "Say": {
        "voice": lambda value: bool(re.fullmatch(r"man|woman|alice|(Polly|Google)\.[A-Za-z0-9-]+", value)),
        "language": lambda value: bool(re.fullmatch(r"[a-z]{2}-[A-Z]{2}", value)),
        "loop": between(0, 1000),
    },
    "Play": {},
    "Hangup": {},
    "Reject": {"reason": one_of("rejected", "busy")},
    "Gather": {
        "input": some_of("dtmf", "speech"),
        "action": url,
        "method": method,
        "numDigits": between(1, 1000),
        "timeout": between(1, 600),
        "finishOnKey": keys,
        "actionOnEmptyResult": boolean,
    },
    "Record": {
        "action": url,
        "method": method,
        "timeout": between(0, 600),
        "finishOnKey": keys,
        "maxLength": between(2, 14400),
        "playBeep": boolean,
        "trim": one_of("trim-silence", "do-not-trim"),
        "recordingStatusCallback": url,
        "recordingStatusCallbackMethod": method,
        "recordingStatusCallbackEvent": recording_events,
        "transcribe": boolean,
        "transcribeCallback": url,
    },
    "Dial": {
        "action": url,
        "method": method,
        "timeout": between(5, 600),
        "timeLimit": between(1, 86400),
        "callerId": phone,
        "answerOnBridge": boolean,
        "hangupOnStar": boolean,
        "record": one_of("do-not-record"),  # talks are not recorded
    },
    "Number": {
        "url": url,
        "method": method,
        "statusCallback": url,
        "statusCallbackMethod": method,
        "statusCallbackEvent": call_events,
        "machineDetection": one_of("Enable", "DetectMessageEnd"),
        "machineDetectionTimeout": between(3, 59),
        "amdStatusCallback": url,
        "amdStatusCallbackMethod": method,
    },
}

INSIDE: dict[str, frozenset[str]] = {
    "Response": frozenset({"Say", "Gather", "Record", "Dial", "Hangup", "Reject"}),
    "Gather": frozenset({"Say", "Play"}),
    "Dial": frozenset({"Number"}),
}

NEEDED: dict[str, frozenset[str]] = {
    "Gather": frozenset({"action", "numDigits"}),  # without an action the same document is asked for again: a loop
    "Record": frozenset({"action", "maxLength", "recordingStatusCallback"}),
    "Dial": frozenset({"action", "callerId", "timeout"}),
    "Number": frozenset({"statusCallback", "statusCallbackEvent"}),
}

IN_A_WHISPER = frozenset({"Response", "Say", "Gather", "Hangup"})
NOTHING_AFTER = frozenset({"Hangup", "Reject", "Record", "Dial"})
"""With an action, the verbs after these are never reached."""


def parse(document: str) -> ElementTree.Element:
    """The document as Twilio reads it. Raises ParseError when it is not well-formed."""
    return ElementTree.fromstring(document.encode("utf-8"))


def faults(document: str, *, whisper: bool = False) -> list[str]:
    """What is wrong with a document; empty when nothing is."""
    if not document.startswith("<?xml"):
        return ["there is something before the XML declaration"]
    if len(document.encode("utf-8")) > LARGEST_BYTES:
        return ["too long"]
    root = parse(document)
    wrong = [] if root.tag == "Response" else ["the root is not Response"]
    for element in root.iter():
        wrong += _element(element)
        if whisper and element.tag not in IN_A_WHISPER:
            wrong.append(f"{element.tag} is not allowed in a whisper")
    return wrong + _order(root)


def _element(element: ElementTree.Element) -> list[str]:
    rules = VERBS.get(element.tag)
    if rules is None:
        return [f"{element.tag} is no verb that is used here"]
    wrong = [f"{element.tag} has no attribute {name}" for name in element.attrib if name not in rules]
    wrong += [
        f"{element.tag} {name}={value!r} is not allowed"
        for name, value in element.attrib.items()
        if name in rules and not rules[name](value)
    ]
    wrong += [f"{element.tag} needs {name}" for name in NEEDED.get(element.tag, ()) if name not in element.attrib]
    wrong += [
        f"{child.tag} is not allowed in {element.tag}"
        for child in element
        if child.tag not in INSIDE.get(element.tag, frozenset())
    ]
    return wrong + _content(element)


def _content(element: ElementTree.Element) -> list[str]:
    text = (element.text or "").strip()
    if element.tag == "Say":
        said_well = text and len(element.text or "") <= 1000 and "voice" in element.attrib
        return [] if said_well else ["Say needs words and a voice"]
    if element.tag == "Play":
        return [] if url(text) else ["Play needs an address"]
    if element.tag == "Number":
        wrong = [] if phone(text) else ["Number needs an E.164 number"]
        if "machineDetection" in element.attrib and "amdStatusCallback" not in element.attrib:
            wrong.append("nobody would hear of the machine")
        return wrong
    if element.tag == "Record" and element.attrib.get("transcribe") == "true":
        return [] if int(element.attrib["maxLength"]) <= 118 else ["too long to be transcribed"]
    return [f"{element.tag} has text"] if text else []


def _order(root: ElementTree.Element) -> list[str]:
    return [
        f"what follows {element.tag} is never reached" for element in list(root)[:-1] if element.tag in NOTHING_AFTER
    ] + (["Reject is only possible as the first verb"] if any(e.tag == "Reject" for e in list(root)[1:]) else [])

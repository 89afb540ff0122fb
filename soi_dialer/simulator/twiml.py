"""Reads a TwiML document as strictly as the rules say, and refuses it with the vendor's error code."""

from __future__ import annotations

import dataclasses
from urllib.parse import urljoin
from xml.etree import ElementTree

from soi_dialer.simulator.twiml_rules import ABSOLUTE, ACTIONS, NEED_ACTION, RULES, WHISPER_VERBS

LARGEST_DOCUMENT = 64 * 1024
RUNNABLE = ("text/xml", "application/xml", "text/html")


class Refusal(Exception):
    """The phone company will not run this. `code` is the vendor's number for the reason."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclasses.dataclass(frozen=True)
class Node:
    """One verb with its attributes, its text and what stands inside it. Addresses in it are absolute."""

    name: str
    attributes: dict[str, str]
    text: str
    children: tuple[Node, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute as written."""
        return self.attributes.get(name, default)

    def whole(self, name: str, default: int) -> int:
        """An attribute that is a whole number; its form has been checked."""
        return int(self.attributes.get(name, default))

    def flag(self, name: str, default: bool = False) -> bool:
        """An attribute that is true or false."""
        return self.attributes.get(name, "true" if default else "false") == "true"


def read_answer(body: bytes, content_type: str, url: str, *, whisper: bool = False) -> tuple[Node, ...]:
    """The verbs of a document fetched from `url`. Raises Refusal."""
    kind = content_type.split(";")[0].strip().lower()
    if kind not in RUNNABLE:
        raise Refusal(12300, f"a document must be text/xml, not {kind or 'of no type'}")
    return _read(body, url, whisper)


def read_inline(text: str) -> tuple[Node, ...]:
    """The verbs of a document given as a REST parameter; it has no address. Raises Refusal."""
    return _read(text.encode("utf-8"), None, False)


def _read(body: bytes, url: str | None, whisper: bool) -> tuple[Node, ...]:
    if len(body) > LARGEST_DOCUMENT:
        raise Refusal(11750, "the document is larger than 64 kB")
    if not body.strip():
        raise Refusal(12100, "the document is empty")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Refusal(12100, "the document declares entities")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as problem:
        raise Refusal(12100, f"the document is not XML: {problem}") from None
    if root.tag != "Response":
        raise Refusal(12200, f"the document must be a Response, not {root.tag}")
    if whisper:
        _only_whisper_verbs(root)
    return _node(root, url).children


def _only_whisper_verbs(root: ElementTree.Element) -> None:
    for element in root:
        if element.tag not in WHISPER_VERBS:
            raise Refusal(13201, f"{element.tag} may not be used before the called party is joined")


def _node(element: ElementTree.Element, url: str | None) -> Node:
    name = element.tag
    rule = RULES[name]
    for child in element:
        if child.tag not in rule.children:
            raise Refusal(12200, f"{child.tag} may not stand in {name}")
        if (child.tail or "").strip():
            raise Refusal(12200, f"there is loose text in {name}")
    text = (element.text or "").strip()
    _check_text(name, text, rule.text)
    attributes = {key: _attribute(name, key, value, url) for key, value in element.attrib.items()}
    if name in NEED_ACTION and "action" not in attributes:
        if url is None:
            raise Refusal(15004, f"{name} needs an absolute action here")
        attributes["action"] = url
    if name in ("Redirect", "Play") and text:
        text = _absolute(name, text, url)
    return Node(name, attributes, text, tuple(_node(child, url) for child in element))


def _check_text(name: str, text: str, rule: str) -> None:
    if text and rule == "no":
        raise Refusal(12200, f"there is loose text in {name}")
    if not text and rule == "must":
        raise Refusal(13520 if name == "Say" else 12200, f"{name} says nothing")


def _attribute(name: str, key: str, value: str, url: str | None) -> str:
    check = RULES[name].attributes.get(key)
    if check is None:
        raise Refusal(12200, f"{name} has no attribute {key}")
    if not check(value):
        raise Refusal(12200, f"{name} {key} cannot be {value!r}")
    return _absolute(f"{name} {key}", value, url) if key in ACTIONS else value


def _absolute(what: str, value: str, url: str | None) -> str:
    if url is None and not ABSOLUTE.fullmatch(value):
        raise Refusal(15004, f"{what} must be an absolute address here")
    joined = urljoin(url, value) if url else value
    if not ABSOLUTE.fullmatch(joined):
        raise Refusal(11100, f"{what} is not an address: {value!r}")
    return joined

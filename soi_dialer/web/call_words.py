"""A call in sentences: where it stands, its steps, what the agent may say of it, and its facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from soi_dialer.domain import phone
from soi_dialer.web import words


class Step(NamedTuple):
    """One station of a call on its way, as the page shows it."""

    says: str
    stands: str  # "done", "now" or "ahead"


class Happening(NamedTuple):
    """One raw fact: a sentence for a person, and its kept values."""

    at: datetime
    says: str
    source: str
    raw: list[tuple[str, str]]


_LEGS = {"agent": "Your phone", "contact": "Their phone"}

_STATUSES = {
    "queued": "waits at the phone company",
    "initiated": "is being dialed",
    "ringing": "rings",
    "answered": "was answered",
    "completed": "hung up",
    "busy": "is busy",
    "no_answer": "was not answered",
    "failed": "could not be reached",
    "canceled": "was canceled",
}

_ENDED = {
    "connected": "You talked with {name}.",
    "left_voicemail": "You left {name} a message.",
    "machine": "A machine answered at {name}'s number.",
    "no_answer": "{name} did not answer.",
    "busy": "{name}'s line is busy.",
    "failed": "The call did not get through.",
    "agent_missed": "Your phone was not answered, so {name} was never called.",
    "canceled": "You canceled the call. {name} was not called.",
    "unconfirmed": "The phone company never confirmed this call. Please say what happened.",
    "voicemail": "{name} left you a message.",
    "missed": "{name} called and left no message.",
}

_PRIVATE = ("text", "note")

_SOURCES = {"webhook": "told by the carrier", "fetched": "asked of the carrier", "agent": "by you", "app": "by us"}


def name_of(call: Any, person: Any) -> str:
    if person:
        return person["name"]
    return phone.display(call["contact_number"]) if call["contact_number"] else "Hidden number"


def status(call: Any, person: Any) -> str:
    """One sentence that a screen reader speaks when it changes."""
    name = name_of(call, person)
    if call["self_reported"] and call["outcome"] == "connected":
        return f"You talked with {name} on your own phone, as you told."
    if call["state"] == "ended":
        return _ENDED.get(call["outcome"], "The call has ended.").format(name=name)
    if call["outcome"]:
        return "The conversation is over. Wrap up on your keypad, or below."
    if call["cancel_requested_at"]:
        return "Hanging up."
    return _under_way(call, name)


def _under_way(call: Any, name: str) -> str:
    if call["direction"] == "inbound":
        says = {"screening": "Press 1 on your phone to take it.", "talking": f"Talking with {name}."}
        return says.get(call["state"], f"{name} is calling. Your phone rings.")
    return {
        "requested": "Placing the call.",
        "ringing_agent": "Ringing your phone. Please pick up.",
        "screening": f"You are on the line. Press 1 on your phone to call {name}.",
        "ringing_contact": f"Ringing {name}.",
        "talking": f"Talking with {name}.",
    }[call["state"]]


_WAY = {
    "outbound": ("requested", "ringing_agent", "screening", "ringing_contact", "talking", "wrap_up"),
    "inbound": ("ringing_agent", "screening", "talking"),
}


def steps(call: Any, person: Any) -> list[Step]:
    """The way of a call under way; empty when it has ended."""
    if call["state"] == "ended":
        return []
    first_name = name_of(call, person).split()[0] if person and not person["named_by_number"] else "them"
    says = {
        "requested": "Placing",
        "ringing_agent": "Your phone rings",
        "screening": "Press 1",
        "ringing_contact": f"Ringing {first_name}",
        "talking": "Talking",
        "wrap_up": "Wrap up",
    }
    way = _WAY[call["direction"]]
    stage = "wrap_up" if call["outcome"] and "wrap_up" in way else call["state"]
    here = way.index(stage) if stage in way else 0
    return [Step(says[s], "done" if i < here else "now" if i == here else "ahead") for i, s in enumerate(way)]


def choices(call: Any, dispositions: tuple[str, ...]) -> list[tuple[str, str]]:
    """The outcomes an agent may choose, once there is anything to choose about."""
    if call["state"] != "ended" and not call["outcome"]:
        return []
    return [(name, words.outcome(call["direction"], name)) for name in dispositions]


def talking_seconds(call: Any, now: datetime) -> int | None:
    """How long the two have been talking by our clock; what counts afterwards is the carrier's."""
    if call["state"] != "talking" or call["outcome"] or not call["talk_started_at"]:
        return None
    return max(0, int((now - call["talk_started_at"]).total_seconds()))


def event(row: Any, of: str = "") -> Happening:
    """As whose call it is reads it; or, with that person's name, somebody else, who does not read what was said."""
    body = row["body"]
    values = [(name, str(value)) for name, value in body.items() if not of or name not in _PRIVATE]
    source = f"by {of}" if of and row["source"] == "agent" else _SOURCES.get(row["source"], row["source"])
    return Happening(row["received_at"], _happened(row["kind"], body, of), source, values)


def _happened(kind: str, body: dict, of: str) -> str:
    match kind:
        case "leg_moved":
            status_words = _STATUSES.get(body.get("status", ""), body.get("status", "").replace("_", " "))
            leg = f"{of}'s phone" if of and body.get("leg") == "agent" else _LEGS.get(body.get("leg", ""), "A phone")
            return f"{leg} {status_words}{_for(body)}"
        case "bridge_ended":
            return f"The conversation ended{_for(body)}"
        case "machine_detected":
            return f"Answered by: {body.get('answered_by', 'unknown')} (the carrier's guess)"
        case "key_pressed":
            return f"Key {body.get('digits', '')} pressed"
        case "recorded":
            return f"Recording: {body.get('status', '').replace('_', ' ')}{_for(body)}"
        case "transcribed":
            return "Transcript made" if body.get("text") else "No transcript could be made"
        case "self_reported":
            teller = f"{of} told of a call on their" if of else "You told of a call on your"
            return f"{teller} own phone{_for(body) if body.get('seconds') else ''}"
    return kind.replace("_", " ").capitalize()


def _for(body: dict) -> str:
    return f", {words.duration(body['seconds'])}" if isinstance(body.get("seconds"), int) else ""

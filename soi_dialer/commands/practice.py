"""Tells the practice phone company who lives behind which number: the agent's own phone and the contacts' handsets.

It is told over HTTP like any other phone company would be, except that a real one has no such door.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from soi_dialer.dialer import Dialer
from soi_dialer.flows.passwords import can_sign_in
from soi_dialer.store import agents, contacts
from soi_dialer.store.scope import Scope

MOST_HANDSETS = 200  # for each agent; a list of more is of no use to anybody
_PATIENCE_SECONDS = 5
_MANUAL = {"kind": "manual"}

# Some of the invented people behave by themselves, so that every outcome can be met without a second person.
_HABITS: dict[str, dict[str, Any]] = {
    "Tom Okafor": {
        "kind": "voicemail",
        "greeting": "Hi, this is Tom. I am probably on the deck. Leave me a message.",
    },
    "Samuel Greene": {"kind": "busy"},
    "Yuki Tanaka": {
        "kind": "voicemail",
        "greeting": "You have reached Yuki Tanaka. I am travelling. Please leave a message.",
    },
    "Will Stanton": {"kind": "rings_out"},
    "Denise Harper": {"kind": "answers", "answer_seconds": 6, "talk_seconds": 90},
    "Frank Dubois": {"kind": "declines"},
}


def introduce(dialer: Dialer) -> None:
    """Describe all numbers and handsets. What was described before is overwritten, so it may be said again.

    Raises OSError when the company does not answer or does not understand.
    """
    address = urlsplit(dialer.settings.twilio_api_url)
    line = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=_PATIENCE_SECONDS)
    try:
        for path, body in _descriptions(dialer):
            _put(line, path, body)
    except http.client.HTTPException as error:
        raise OSError(f"the practice phone company answers strangely: {type(error).__name__}") from None
    finally:
        line.close()


def _descriptions(dialer: Dialer) -> Iterator[tuple[str, dict[str, Any]]]:
    settings = dialer.settings
    with dialer.db.read() as conn:
        everybody = list(filter(can_sign_in, agents.all_active(conn)))
        own = dict.fromkeys([settings.twilio_phone_number, *(agent["twilio_number"] for agent in everybody)])
        for number in filter(None, own):
            yield f"/_sim/numbers/{quote(number)}", number_settings(settings.public_url)
        for agent in everybody:
            name = "Your phone" if len(everybody) == 1 else f"{agent['name']}'s phone"
            yield _handset(agent["phone"]), {"name": name, "persona": _MANUAL, "mine": True}
            scope = Scope(agent["office_id"], agent["id"])
            people = contacts.page(conn, scope, limit=MOST_HANDSETS)
            phones = contacts.phones(conn, [person["id"] for person in people])
            for person in people:
                persona = _HABITS.get(person["name"], _MANUAL)
                for phone in phones.get(person["id"], []):
                    yield _handset(phone["number"]), {"name": person["name"], "persona": persona}


def number_settings(public_url: str) -> dict[str, str]:
    """What a number of the account is told to do with a call and a text: ask us."""
    voice = f"{public_url.rstrip('/')}/webhooks/voice/inbound"
    return {
        "voice_url": voice,
        "voice_method": "POST",
        "status_callback": f"{voice}/status",
        "status_callback_method": "POST",
        "sms_url": f"{public_url.rstrip('/')}/webhooks/sms/inbound",
        "sms_method": "POST",
    }


def _handset(number: str) -> str:
    return f"/_sim/handsets/{quote(number)}"


def _put(line: http.client.HTTPConnection, path: str, body: dict[str, Any]) -> None:
    line.request("PUT", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = line.getresponse()
    words = answer.read()
    if answer.status != 200:
        raise OSError(f"the practice phone company refuses {path}: {words.decode(errors='replace')[:200]}")

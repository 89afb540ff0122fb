"""Requests that our carrier never sent, at the real door: refused, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twilio.request_validator import RequestValidator

from soi_dialer.dialer import Dialer
from tests.simulation.stage import FragileDatabase
from tests.world import ACCOUNT, PUBLIC_URL, TOKEN, carriers_door

if TYPE_CHECKING:
    from tests.simulation.history import History


class Forger:
    """Knows our addresses and how requests look, but not our token; or is another customer of the same carrier."""

    def __init__(self, settings, db: FragileDatabase) -> None:
        self.db = db
        self.http = carriers_door(Dialer(settings, db, None, _no_clock, None)).test_client()

    def forge(self, history: History, ref: str) -> None:
        chance = history.chance
        sid = chance.choice([leg.sid for leg in history.company.legs.values()])
        path = f"/webhooks/voice/{ref}/{chance.choice(('agent', 'contact', 'screen', 'screen/key', 'recording'))}"
        params = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": sid, "CallStatus": "completed"}
        token = TOKEN
        if chance.random() < 0.5:
            params["AccountSid"] = "AC" + "6" * 32
        else:
            token = "a guess"
        signature = RequestValidator(token).compute_signature(PUBLIC_URL + path, params)
        before = self.db.count_of_changes
        answer = self.http.post(path, data=params, headers={"X-Twilio-Signature": signature})
        if answer.status_code not in (403, 404, 405) or self.db.count_of_changes != before:
            history.telling.wrongs.append(f"a forged request to {path} was answered {answer.status_code}")


def _no_clock():
    raise AssertionError("a forged request was worked on")

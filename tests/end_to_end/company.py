"""The phone company as a test moves it: by its control interface alone, as any program on this machine could."""

from __future__ import annotations

from typing import Any

import requests

from tests.end_to_end.programs import eventually


class Company:
    """Handsets, numbers and manners of the phone company at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()

    def close(self) -> None:
        self._http.close()

    def put(self, path: str, **body: Any) -> Any:
        return self._send("PUT", path, body)

    def post(self, path: str, **body: Any) -> Any:
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        answer = self._http.request(method, f"{self.url}/_sim/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def state(self) -> dict[str, Any]:
        return self._http.get(f"{self.url}/_sim/state", timeout=30).json()

    def persona(self, number: str, kind: str, **habits: Any) -> None:
        """Describe who has that telephone."""
        self.put(f"handsets/{number}", persona={"kind": kind, **habits})

    def handset(self, number: str) -> dict[str, Any]:
        return next(one for one in self.state()["handsets"] if one["number"] == number)

    def until(self, number: str, state: str) -> None:
        """Wait until the telephone is idle, ringing, dialling or in-call."""
        eventually(lambda: self.handset(number)["state"] == state, f"{number} to be {state}")

    def until_asked(self, number: str, wants: str) -> None:
        """Wait until the telephone's owner is asked for keys or for a message."""
        eventually(lambda: self.handset(number)["wants"] == wants, f"{number} to be asked for {wants}")

    def do(self, number: str, gesture: str, **body: Any) -> dict[str, Any]:
        return self.post(f"handsets/{number}/{gesture}", **body)

    def settle(self) -> None:
        """Wait until no call is up and every webhook has arrived or was lost."""
        eventually(self._is_quiet, "the phone company to be quiet")

    def _is_quiet(self) -> bool:
        state = self.state()
        return state["live"] == 0 and state["pending"] == 0

    def legs(self, **wanted: Any) -> list[dict[str, Any]]:
        """The lines of which these values are true, oldest first: `to`, `direction`, `status`..."""
        return [leg for leg in self.state()["calls"] if wanted.items() <= leg.items()]

    def seconds_of(self, **wanted: Any) -> int:
        """How long the newest such line was up, as the phone company measured it."""
        return self.legs(**wanted)[-1]["seconds"]

    def problems(self) -> list[str]:
        """What Twilio's debugger would complain about."""
        return [f"{one['code']} {one['message']} {one['url']}" for one in self.state()["problems"]]

    def deliveries(self) -> list[dict[str, Any]]:
        """The webhooks that were sent, oldest first."""
        return self._http.get(f"{self.url}/_sim/deliveries", timeout=30).json()["items"]

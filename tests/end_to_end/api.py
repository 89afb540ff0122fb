"""The JSON API as a program uses it."""

from __future__ import annotations

from typing import Any

import requests

from tests.end_to_end.programs import eventually


class Api:
    """`/api/v1` of an installation with an agent's token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._http.close()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self._http.request(method, f"{self.url}/{path}", json=body, headers=headers, timeout=60)

    def get(self, path: str) -> Any:
        return self._checked(self.ask("GET", path))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._checked(self.ask("POST", path, body, **headers))

    @staticmethod
    def _checked(answer: requests.Response) -> Any:
        assert answer.ok, answer.text
        return answer.json()

    def call(self, contact_id: int, **more: Any) -> dict[str, Any]:
        """Click."""
        return self.post("calls", {"contact_id": contact_id, **more})

    def until(self, call_id: int, state: str) -> dict[str, Any]:
        """The call once it is in that state."""

        def look() -> dict[str, Any] | None:
            call = self.get(f"calls/{call_id}")
            return call if call["state"] == state else None

        return eventually(look, f"call {call_id} to be {state}")

    def until_ended(self, call_id: int) -> dict[str, Any]:
        return self.until(call_id, "ended")

    def newest_call(self) -> dict[str, Any]:
        return self.get("calls?limit=1")["items"][0]

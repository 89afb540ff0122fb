"""People who look at pages while the load runs: each a thread with a session of its own and a second between pages."""

from __future__ import annotations

import dataclasses
import http.client
import itertools
import threading
import time
from collections import Counter

BETWEEN_PAGES_SECONDS = 1.0
PAGES = ("/", "/contacts", "/calls", "/callbacks", "/voicemails", "/week", "/pulse")


@dataclasses.dataclass
class Seen:
    """How long pages took and how they were answered."""

    milliseconds: list[float] = dataclasses.field(default_factory=list)
    statuses: Counter = dataclasses.field(default_factory=Counter)

    def percentile(self, part: int) -> float:
        return sorted(self.milliseconds)[len(self.milliseconds) * part // 100] if self.milliseconds else 0.0

    @property
    def wrong(self) -> int:
        """Pages that were not shown; `/` leads to another page."""
        return sum(self.statuses.values()) - self.statuses[200] - self.statuses[302]


class Browsing:
    """Everybody browses from `start` to `stop`."""

    def __init__(self, port: int, users: list[tuple[str, str]]) -> None:
        """`users`: the address of a contact's page and the cookie of each."""
        self.port, self.seen, self._over = port, Seen(), threading.Event()
        self._threads = [threading.Thread(target=self._browse, args=user, daemon=True) for user in users]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> Seen:
        self._over.set()
        for thread in self._threads:
            thread.join(30)
        return self.seen

    def _browse(self, contact_page: str, cookie: str) -> None:
        for path in itertools.cycle((contact_page, *PAGES)):
            if self._over.wait(BETWEEN_PAGES_SECONDS):
                return
            began = time.perf_counter()
            status = self._look(path, cookie)
            self.seen.milliseconds.append((time.perf_counter() - began) * 1000)
            self.seen.statuses[status] += 1

    def _look(self, path: str, cookie: str) -> int | str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            is_shut_out = answer.status == 302 and "sign-in" in answer.getheader("Location", "")
            return "shut out" if is_shut_out else answer.status
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()

"""Webhooks that come at fixed times, whether or not the ones before were answered. A process of its own, one thread.

    python -m bench.open_loop PORT RATE SECONDS REFERENCES_FILE    (prints JSON; tells on stderr how it goes)

A latency counts from the instant at which the request was to be sent, so nothing that had to wait is overlooked.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import select
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from bench import signed
from bench.driver import Connection

COHORT = 400
"""So many calls are under way side by side; each gets its next status when all of them have got the one before."""

STEPS = (0, 1, 2, 4, 5, 6, 7, 3)
"""The agent's phone is answered, then the contact's; the contact hangs up first."""

TELL_EVERY_SECONDS = 5
PATIENCE_SECONDS = 30


def webhooks(refs: list[str]) -> Iterator[tuple[bytes, bool]]:
    """Whole requests, and whether each is the first of its kind; every twentieth is sent again a little later."""
    again: deque[tuple[int, bytes]] = deque()
    for number, request in enumerate(_each_once(refs)):
        yield request, True
        if number % signed.DUPLICATE_EVERY == 0:
            again.append((number + 24, request))
        if again and again[0][0] == number:
            yield again.popleft()[1], False


def _each_once(refs: list[str]) -> Iterator[bytes]:
    for start in range(0, len(refs), COHORT):
        calls = [(ref, [f"CA{secrets.token_hex(16)}" for _ in range(2)]) for ref in refs[start : start + COHORT]]
        for step in STEPS:
            for ref, legs in calls:
                yield signed.status_of(ref, step, legs[step // 4]).raw()


@dataclasses.dataclass
class Told:
    """What came of it. `milliseconds` are those since the last line that was printed, `all` those of the whole run."""

    sent: int = 0
    first: int = 0
    longest_wait_to_send: float = 0
    milliseconds: list[float] = dataclasses.field(default_factory=list)
    all: list[float] = dataclasses.field(default_factory=list)
    statuses: Counter = dataclasses.field(default_factory=Counter)

    def answered(self, status: str, milliseconds: float) -> None:
        self.statuses[status] += 1
        self.milliseconds.append(milliseconds)

    def line(self, seconds: float) -> str:
        some = sorted(self.milliseconds) or [0.0]
        self.all += self.milliseconds
        self.milliseconds = []
        wrong = sum(self.statuses.values()) - self.statuses["204"]
        return (
            f"  {seconds:4.0f} s: {self.sent:,} sent, {len(self.all):,} answered, {wrong} wrongly;"
            f" lately median {some[len(some) // 2]:.0f}, 99th percentile {some[len(some) * 99 // 100]:.0f},"
            f" longest {some[-1]:.0f} ms"
        )


class OpenLoop:
    """Sends each request at its time, on a connection that is free or else on a new one."""

    def __init__(self, port: int, rate: float, requests: Iterator[tuple[bytes, bool]]) -> None:
        self.port, self.rate, self.requests = port, rate, requests
        self.poll, self.idle = select.epoll(), []
        self.connections: dict[int, Connection] = {}
        self.asked_at: dict[int, float] = {}  # by connection: when what is under way on it was to be sent
        self.told = Told()

    def run(self, seconds: float) -> Told:
        began, total, told_at = time.perf_counter(), round(seconds * self.rate), TELL_EVERY_SECONDS
        request = next(self.requests)
        while self.told.sent < total or self.asked_at:
            due_at = began + self.told.sent / self.rate
            ahead = due_at - time.perf_counter() if self.told.sent < total else 0.1
            if ahead <= 0:
                self._send(request, due_at)
                request = next(self.requests)
                continue
            self._receive(ahead)
            self._give_up(time.perf_counter() - PATIENCE_SECONDS)
            if time.perf_counter() - began > told_at:
                print(self.told.line(told_at), file=sys.stderr, flush=True)
                told_at += TELL_EVERY_SECONDS
        print(self.told.line(time.perf_counter() - began), file=sys.stderr, flush=True)
        for connection in list(self.connections.values()):
            self._close(connection, "")
        self.poll.close()
        return self.told

    def _send(self, request: tuple[bytes, bool], due_at: float) -> None:
        connection = self.idle.pop() if self.idle else self._open()
        self.told.sent += 1
        self.told.first += request[1]
        self.asked_at[connection.number] = due_at
        connection.send(request[0])
        self.told.longest_wait_to_send = max(self.told.longest_wait_to_send, connection.sent_at - due_at)

    def _open(self) -> Connection:
        connection = Connection(self.port)
        connection.number = connection.socket.fileno()
        self.connections[connection.number] = connection
        self.poll.register(connection.number, select.EPOLLIN)
        return connection

    def _receive(self, seconds: float) -> None:
        for number, _event in self.poll.poll(min(seconds, 0.5)):
            connection = self.connections[number]
            try:
                is_complete = connection.receive()
            except OSError:
                self._close(connection, "closed")
                continue
            if is_complete:
                self._finish(connection)

    def _finish(self, connection: Connection) -> None:
        taken = (time.perf_counter() - self.asked_at.pop(connection.number)) * 1000
        self.told.answered(connection.answer[9:12].decode(), taken)
        if connection.is_closing():
            self._close(connection, "")
        else:
            self.idle.append(connection)

    def _close(self, connection: Connection, status: str) -> None:
        """Forget a connection; what was under way on it was not answered."""
        self.poll.unregister(connection.number)
        connection.socket.close()
        del self.connections[connection.number]
        if connection in self.idle:
            self.idle.remove(connection)
        due_at = self.asked_at.pop(connection.number, None)
        if due_at is not None:
            self.told.answered(status, (time.perf_counter() - due_at) * 1000)

    def _give_up(self, before: float) -> None:
        for number in [number for number, due_at in self.asked_at.items() if due_at < before]:
            self._close(self.connections[number], "silence")


def main(port: int, rate: float, seconds: float, refs: list[str]) -> None:
    told = OpenLoop(port, rate, webhooks(refs)).run(seconds)
    found = {name: getattr(told, name) for name in ("sent", "first", "longest_wait_to_send", "statuses")}
    print(json.dumps(found | {"milliseconds": sorted(told.all)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]).read_text().split())

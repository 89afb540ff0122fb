"""The load: so many kept connections, each with one request under way. A process of its own, one thread, no library.

    python -m bench.driver PORT CONNECTIONS REQUESTS_FILE    (a pickled list of whole requests; prints JSON)
"""

from __future__ import annotations

import json
import pickle
import select
import socket
import sys
import time
from collections import Counter
from pathlib import Path


class Connection:
    """One kept connection; opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""

    def send(self, request: bytes) -> None:
        self.answer, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Whether the answer is complete."""
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionError(f"closed after {self.answer[:200]!r}")
        self.answer += got
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if not found:
            return False
        _, has_length, rest = head.lower().partition(b"content-length:")
        return not has_length or len(body) >= int(rest.partition(b"\r")[0])

    def is_closing(self) -> bool:
        return b"connection: close" in self.answer.lower()


def drive(port: int, connections: int, requests: list[bytes]) -> dict:
    """Send them all; how long it took, the latencies and how many answers of each status there were."""
    poll, todo, under_way, milliseconds, statuses = select.epoll(), iter(requests), {}, [], Counter()
    began = time.perf_counter()

    def start(connection: Connection) -> None:
        request = next(todo, None)
        if request is None:
            return
        if connection.socket.fileno() < 0:
            connection.open()
        connection.send(request)
        under_way[connection.socket.fileno()] = connection
        poll.register(connection.socket.fileno(), select.EPOLLIN | select.EPOLLONESHOT)

    def finish(connection: Connection) -> None:
        milliseconds.append((time.perf_counter() - connection.sent_at) * 1000)
        statuses[connection.answer[9:12].decode()] += 1
        poll.unregister(connection.socket.fileno())
        del under_way[connection.socket.fileno()]
        if connection.is_closing():
            connection.socket.close()

    for _ in range(connections):
        start(Connection(port))
    while under_way:
        for number, _event in poll.poll(30) or _stuck(under_way):
            connection = under_way[number]
            if connection.receive():
                finish(connection)
                start(connection)
            else:
                poll.modify(number, select.EPOLLIN | select.EPOLLONESHOT)
    return {"seconds": time.perf_counter() - began, "milliseconds": sorted(milliseconds), "statuses": statuses}


def _stuck(under_way: dict) -> list:
    raise TimeoutError(f"{len(under_way)} requests were not answered in 30 seconds")


if __name__ == "__main__":
    port, connections, path = sys.argv[1:]
    print(json.dumps(drive(int(port), int(connections), pickle.loads(Path(path).read_bytes()))))

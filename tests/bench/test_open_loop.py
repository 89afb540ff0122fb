"""The load arrives at its times, whoever keeps it waiting, and every answer is counted."""

from __future__ import annotations

import itertools
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench import open_loop
from bench.open_loop import STEPS, OpenLoop, webhooks

REFS = [f"{number:032x}" for number in range(42)]


def test_each_call_gets_its_eight_statuses_once_and_in_order(monkeypatch):
    monkeypatch.setattr(open_loop, "COHORT", 10)
    first = [request for request, is_first in webhooks(REFS) if is_first]
    of_one = [request for request in first if REFS[-1].encode() in request]
    assert len(first) == len(set(first)) == len(REFS) * len(STEPS)
    assert [b"contact-status" in request for request in of_one] == [False] * 3 + [True] * 4 + [False]
    words = (b"initiated", b"ringing", b"in-progress", b"completed")
    assert [next(word for word in words if b"CallStatus=" + word in request) for request in of_one] == [
        *words[:3], *words, words[3],
    ]  # fmt: skip


def test_one_in_twenty_comes_again_after_its_first():
    seen = list(webhooks(REFS[:40]))
    again = [request for request, is_first in seen if not is_first]
    assert len(again) == len(set(again)) == 40 * len(STEPS) // 20 - 1  # nothing comes late enough after the last
    assert all(Counter(request for request, _ in seen)[request] == 2 for request in again)


@contextmanager
def server(answer) -> Iterator[int]:
    """Calls `answer(number, connection)` for every connection, each in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threads: list[threading.Thread] = []

        def accept() -> None:
            with suppress(OSError):  # raised when it is over
                for number in itertools.count():
                    connection, _ = listening.accept()
                    threads.append(threading.Thread(target=answer, args=(number, connection)))
                    threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        for thread in (accepting, *threads):
            thread.join(30)


def answers_all(connection: socket.socket) -> None:
    with connection:
        while connection.recv(65536):
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def test_who_is_kept_waiting_keeps_nobody_else_waiting():
    others_came = threading.Event()

    def answer(number: int, connection: socket.socket) -> None:
        if number == 0:
            connection.recv(65536)
            assert others_came.wait(30)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        else:
            others_came.set()
        answers_all(connection)

    with server(answer) as port:
        told = OpenLoop(port, 200, webhooks(REFS)).run(0.2)
    assert told.statuses == {"204": 40}
    assert (told.sent, len(told.all)) == (40, 40)


def test_a_request_whose_connection_is_closed_is_not_taken_for_answered():
    def answer(number: int, connection: socket.socket) -> None:
        if number == 0:
            connection.recv(65536)
            connection.close()
        else:
            answers_all(connection)

    with server(answer) as port:
        told = OpenLoop(port, 100, webhooks(REFS)).run(0.1)
    assert told.statuses == {"closed": 1, "204": 9}

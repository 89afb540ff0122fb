"""Stands before a web server and can be shut: whoever knocks then is refused, as by a machine that is down."""

from __future__ import annotations

import contextlib
import select
import socket
import threading


class Gate:
    """Passes connections to `target`, a port of this machine, on to which it has an address of its own."""

    def __init__(self) -> None:
        self.target, self._port = 0, 0
        self.open()
        self.url = f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Let everybody in, at the same address as before."""
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def shut(self) -> None:
        """Nobody gets in; who is in stays."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes whoever waits in accept
        self._listening.close()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it was shut
            while True:
                inside, _ = listening.accept()
                threading.Thread(target=_pass_on, args=(inside, self.target), daemon=True).start()


def _pass_on(inside: socket.socket, target: int) -> None:
    """Both ways, until either side hangs up."""
    with inside, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", target)) as outside:
        other = {inside: outside, outside: inside}
        while True:
            for one in select.select([inside, outside], [], [])[0]:
                if not (some := one.recv(65536)):
                    return
                other[one].sendall(some)

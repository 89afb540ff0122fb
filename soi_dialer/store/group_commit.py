"""Group commit: whatever waits is written in one transaction, and each request is answered after its commit.

One durable commit costs the disk a tenth of a millisecond or more however much is in it. With several webhooks in
flight one thread takes all that wait, applies them together and commits once, which raises the rate without making
anything less durable: `submit` returns only when the item is on disk.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from soi_dialer.store.database import Database

LARGEST_GROUP = 64

Apply = Callable[[Connection, Sequence[Any]], Sequence[Any]]


class _Waiting:
    __slots__ = ("done", "error", "item", "result")

    def __init__(self, item: Any) -> None:
        self.item = item
        self.done = threading.Lock()
        self.done.acquire()
        self.result: Any = None
        self.error: BaseException | None = None


class GroupWriter:
    """Applies submitted items in groups. `apply(connection, items)` returns one result for each item, in order."""

    def __init__(self, database: Database, apply: Apply) -> None:
        self._database = database
        self._apply = apply
        self._queue: deque[_Waiting] = deque()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, item: Any) -> Any:
        """Write one item durably and return what `apply` made of it.

        Raises what `apply` or the commit raised for this item; nothing of it is then written.
        """
        waiting = _Waiting(item)
        with self._wake:
            if self._closed:
                raise RuntimeError("the writer is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
                self._thread.start()
            self._queue.append(waiting)
            self._wake.notify()
        waiting.done.acquire()
        if waiting.error is not None:
            raise waiting.error
        return waiting.result

    def close(self) -> None:
        """Finish what waits, then stop. Later items are refused."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._closed:
                    self._wake.wait()
                group = [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_GROUP))]
            if not group:
                return
            self._write(group)

    def _write(self, group: list[_Waiting]) -> None:
        """Write the group; where it fails, write each alone, so that one bad item fails nobody else."""
        try:
            with self._database.write() as connection:
                results = self._apply(connection, [w.item for w in group])
            for waiting, result in zip(group, results, strict=True):
                waiting.result = result
        except BaseException as error:
            if len(group) > 1:
                for waiting in group:
                    self._write([waiting])
                return
            group[0].error = error
        for waiting in group:
            waiting.done.release()

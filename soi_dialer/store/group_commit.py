"""Group commit: whatever waits is written in one transaction, and each request is answered after its commit.

One durable commit costs the disk a tenth of a millisecond or more however much is in it. With several webhooks in
flight one of them takes all that wait, applies them together and commits once, which raises the rate without making
anything less durable: `submit` returns only when the item is on disk. The one that finds nobody writing writes, so
a lone webhook waits for no other thread. See docs/decisions/0001-group-commit.md.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from soi_dialer.store.database import Database

LARGEST_GROUP = 64
PATIENCE_SECONDS = 0.004
"""How long a writer waits for as many items as came together last time; alone, it does not wait at all."""

Apply = Callable[[Connection, Sequence[Any]], Sequence[Any]]


class _Waiting:
    """One item and the thread that waits for it: until it is written, or until it is this thread's turn to write."""

    __slots__ = ("called", "error", "is_done", "item", "result")

    def __init__(self, item: Any) -> None:
        self.item = item
        self.called = threading.Lock()
        self.called.acquire()
        self.is_done = False
        self.result: Any = None
        self.error: BaseException | None = None


class GroupWriter:
    """Applies submitted items in groups. `apply(connection, items)` returns one result for each item, in order."""

    def __init__(self, database: Database, apply: Apply) -> None:
        self._database = database
        self._apply = apply
        self._queue: deque[_Waiting] = deque()  # whoever writes now has taken theirs out
        self._guard = threading.Condition()  # for what follows
        self._is_writing = False
        self._last_size = 1
        self._is_closed = False

    def submit(self, item: Any) -> Any:
        """Write one item durably and return what `apply` made of it.

        Raises what `apply` or the commit raised for this item; nothing of it is then written.
        """
        waiting = _Waiting(item)
        with self._guard:
            if self._is_closed:
                raise RuntimeError("the writer is closed")
            self._queue.append(waiting)
            must_wait, self._is_writing = self._is_writing, True
            if len(self._queue) >= self._last_size:
                self._guard.notify_all()  # earlier, whoever gathers a group would wake up in vain
        if must_wait:
            waiting.called.acquire()
        if not waiting.is_done:
            self._write_next_group()
        if waiting.error is not None:
            raise waiting.error
        return waiting.result

    def close(self) -> None:
        """Finish what waits. Later items are refused."""
        with self._guard:
            self._is_closed = True
            self._guard.wait_for(lambda: not self._is_writing)

    def _write_next_group(self) -> None:
        """Write the group that this thread's own item leads, then call the others of it and the next leader."""
        with self._guard:
            self._guard.wait_for(lambda: len(self._queue) >= self._last_size, PATIENCE_SECONDS)
            group = [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_GROUP))]
            self._last_size = len(group)
        try:
            self._write(group)
        finally:
            with self._guard:
                leader = self._queue[0] if self._queue else None
                self._is_writing = leader is not None
                self._guard.notify_all()
            for waiting in group[1:]:
                waiting.called.release()
            if leader is not None:
                leader.called.release()

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
            waiting.is_done = True

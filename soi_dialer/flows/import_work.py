"""Work through the address books that wait: rehearse them, take them in, undo them, a chunk at a time.

A batch is leased, so any number of schedulers share the work and never the same batch. Each chunk and the count of
rows done are one transaction: whoever dies between two of them loses nothing, and whoever takes over doubles nothing.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from soi_dialer.dialer import Dialer
from soi_dialer.domain.address_book import BadFile, read_rows
from soi_dialer.domain.joining import Book, in_order
from soi_dialer.flows.import_chunk import CHUNK, Row, decide, file_names, keep, learn, other_emails, rehearsed
from soi_dialer.flows.import_homes import Homes, homes_of
from soi_dialer.flows.import_undo import undo
from soi_dialer.store import households, imports
from soi_dialer.store.scope import Scope

PAUSE_SECONDS = 0.03
"""Between two chunks, so that other writers of a SQLite database get in."""

_BEAT_ROWS = 1000

Progress = Callable[[int, int], object]

log = logging.getLogger(__name__)


class _Stopped(Exception):
    """The batch is somebody else's by now, or this process is to end."""


def work_on_imports(dialer: Dialer, go_on: Callable[[], bool] = lambda: True) -> None:
    """Do what waits, one batch after the other. `go_on` is asked between chunks; a batch that is left goes on later."""
    while go_on():
        with dialer.db.read() as conn:
            if not imports.any_free(conn, dialer.clock()):
                return
        if not work_on(dialer, go_on=go_on):
            return


def work_on(
    dialer: Dialer,
    batch_id: int | None = None,
    *,
    go_on: Callable[[], bool] = lambda: True,
    progress: Progress | None = None,
    pause: float = PAUSE_SECONDS,
) -> bool:
    """Take up one batch, the one asked for or any, and do its present step; False when there was none to be had."""
    owner = secrets.token_hex(16)
    with dialer.db.write() as conn:
        batch = imports.claim(conn, dialer.clock(), owner, batch_id)
    if batch is None:
        return False
    work = _Work(dialer, batch, owner, go_on, progress or (lambda _done, _total: None), pause)
    try:
        work.step()
    except _Stopped:
        _let_go(dialer, batch, owner)
    except BadFile as refusal:
        _fail(dialer, batch, owner, str(refusal))
    except SQLAlchemyError:
        _let_go(dialer, batch, owner)  # the database was busy or away: the next tick goes on
        raise
    except Exception:
        log.exception("the import %s failed", batch["id"])
        _fail(dialer, batch, owner, "Something went wrong here. What was taken in until then can be undone.")
    return True


def _let_go(dialer: Dialer, batch: Any, owner: str) -> None:
    with dialer.db.write() as conn:
        imports.let_go(conn, batch, owner)


def _fail(dialer: Dialer, batch: Any, owner: str, problem: str) -> None:
    with dialer.db.write() as conn:
        imports.finish(conn, batch, owner, "failed", dialer.clock(), problem=problem[:500])


class _Work:
    """One batch in the hands of one owner."""

    def __init__(
        self, dialer: Dialer, batch: Any, owner: str, go_on: Callable[[], bool], progress: Progress, pause: float
    ) -> None:
        self.dialer, self.batch, self.owner = dialer, batch, owner
        self.go_on, self.progress, self.pause = go_on, progress, pause
        self.scope = Scope(batch["office_id"], batch["agent_id"])

    def step(self) -> None:
        {"rehearsing": self._rehearse, "running": self._run, "undoing": self._undo}[self.batch["state"]]()

    def _rehearse(self) -> None:
        """From the start, whoever began: what is rehearsed is kept nowhere else."""
        rows = self._read()
        self._hold(total=len(rows), done=0)
        book, others, homes = Book([], file_names(rows)), self._other_emails(), self._homes(rows)
        for done in self._chunks(rows, 0):
            with self.dialer.db.read() as conn:
                decided = decide(self.dialer, conn, self.scope, rows[done : done + CHUNK], book, others)
            with self.dialer.db.write() as conn:
                self._advance(conn, done=done + len(decided))
                imports.keep_rows(conn, self.batch["id"], rehearsed(decided, homes))
        self._finish("rehearsed")

    def _run(self) -> None:
        rows = self._read()
        in_file, others, homes = file_names(rows), self._other_emails(), self._homes(rows)
        self._hold(total=len(rows))
        for done in self._chunks(rows, self.batch["done"]):
            with self.dialer.db.write() as conn:
                part, now = rows[done : done + CHUNK], self.dialer.clock()
                self._advance(conn, done=done + len(part))
                decided = decide(self.dialer, conn, self.scope, part, Book([], in_file), others)
                imports.keep_rows(conn, self.batch["id"], keep(conn, self.scope, decided, now, homes))
            learn(others, decided)
        if homes.shared:
            with self.dialer.db.write() as conn:
                households.tidy(conn, self.scope)
        self._finish("done", content=b"")

    def _undo(self) -> None:
        with self.dialer.db.read() as conn:
            ids = imports.changes_backwards(conn, self.batch["id"])
        self._hold(total=len(ids))
        for done in self._chunks(ids, self.batch["done"]):
            with self.dialer.db.write() as conn:
                part = ids[done : done + CHUNK]
                self._advance(conn, done=done + len(part))
                undo(conn, self.scope, imports.rows_by_id(conn, part), self.dialer.clock())
        self._finish("undone")

    def _chunks(self, rows: Sequence, first: int) -> Iterator[int]:
        """The start of each chunk that is to be done; the progress is told when it is."""
        for start in range(first, len(rows), CHUNK):
            if start > first:
                time.sleep(self.pause)
            if not self.go_on():
                raise _Stopped
            yield start
            self.progress(min(start + CHUNK, len(rows)), len(rows))

    def _read(self) -> list[Row]:
        with self.dialer.db.read() as conn:
            data = imports.content(conn, self.batch["id"])
        return in_order(self._beating(read_rows(data, meanings=self.batch["columns"])))

    def _homes(self, rows: list[Row]) -> Homes:
        return homes_of(rows, self.batch["created_at"])

    def _other_emails(self) -> dict[str, set[int]]:
        with self.dialer.db.read() as conn:
            return other_emails(conn, self.scope)

    def _beating(self, rows: Iterable[Row]) -> Iterator[Row]:
        """A large file takes longer to read than a lease lasts."""
        for number, row in enumerate(rows, 1):
            yield row
            if number % _BEAT_ROWS == 0:
                if not self.go_on():
                    raise _Stopped
                self._hold()

    def _hold(self, **values: Any) -> None:
        with self.dialer.db.write() as conn:
            self._advance(conn, **values)

    def _advance(self, conn: Any, **values: Any) -> None:
        if not imports.advance(conn, self.batch, self.owner, self.dialer.clock(), **values):
            raise _Stopped

    def _finish(self, state: str, **values: Any) -> None:
        with self.dialer.db.write() as conn:
            if not imports.finish(conn, self.batch, self.owner, state, self.dialer.clock(), **values):
                raise _Stopped

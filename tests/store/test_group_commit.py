"""The group writer: durable before answered, nobody fails for another one's fault, nothing waits for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from soi_dialer.store.database import Database
from soi_dialer.store.group_commit import LARGEST_GROUP, GroupWriter

metadata = MetaData()
kept = Table("kept", metadata, Column("id", Integer, primary_key=True), Column("word", String, unique=True))

WAIT_SECONDS = 30


class Book:
    """A database with one table, and a writer of words into it that can be held up before it applies a group."""

    def __init__(self, url: str) -> None:
        self.db = Database(url)
        metadata.create_all(self.db.engine)
        self.groups: list[list[str]] = []
        self.entered, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()
        self.writer = GroupWriter(self.db, self.apply)

    def apply(self, connection, words) -> list[str]:
        self.entered.set()
        assert self.may_go_on.wait(WAIT_SECONDS)
        self.groups.append(list(words))
        connection.execute(insert(kept), [{"word": word} for word in words])
        return [word.upper() for word in words]

    def words(self) -> list[str]:
        """What another connection sees, in the order of writing."""
        with self.db.read() as connection:
            return list(connection.execute(select(kept.c.word).order_by(kept.c.id)).scalars())

    def wait_for_queue(self, length: int) -> None:
        done = threading.Event()
        for _ in range(WAIT_SECONDS * 100):
            if len(self.writer._queue) == length:
                return
            done.wait(0.01)
        raise AssertionError(f"{len(self.writer._queue)} wait, not {length}")

    def hold(self) -> Submitting:
        """A first word is being written and takes its time: what comes now waits together."""
        self.may_go_on.clear()
        first = Submitting(self, "first")
        assert self.entered.wait(WAIT_SECONDS)
        return first


class Submitting:
    """A request's thread."""

    def __init__(self, book: Book, word: str) -> None:
        self.result = self.error = None
        self._book, self._word = book, word
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._book.writer.submit(self._word)
        except Exception as error:
            self.error = error

    def finish(self) -> Submitting:
        self._thread.join(WAIT_SECONDS)
        assert not self._thread.is_alive()
        return self


@pytest.fixture
def book(database_url: str) -> Iterator[Book]:
    book = Book(database_url)
    yield book
    book.may_go_on.set()
    book.writer.close()
    book.db.close()


@pytest.fixture
def small_book(sqlite_url: str) -> Iterator[Book]:
    book = Book(sqlite_url)
    yield book
    book.writer.close()
    book.db.close()


def submit_behind(book: Book, words: list[str]) -> list[Submitting]:
    """These words, queued in this order while another one is being written; then all are let go and finish."""
    first, waiting = book.hold(), []
    for word in words:
        waiting.append(Submitting(book, word))
        book.wait_for_queue(len(waiting))
    book.may_go_on.set()
    return [submitting.finish() for submitting in [first, *waiting]]


def test_an_item_is_kept_when_its_request_goes_on(book):
    assert book.writer.submit("one") == "ONE"
    assert book.words() == ["one"]


def test_nobody_goes_on_before_the_commit(book):
    first = book.hold()
    second = Submitting(book, "second")
    book.wait_for_queue(1)
    assert (first.result, second.result, book.words()) == (None, None, [])
    book.may_go_on.set()
    assert (first.finish().result, second.finish().result) == ("FIRST", "SECOND")


def test_those_who_wait_are_written_together_and_in_order(book):
    words = [f"word {number}" for number in range(10)]
    answers = [submitting.result for submitting in submit_behind(book, words)]
    assert answers == ["FIRST", *map(str.upper, words)]
    assert book.groups == [["first"], words]
    assert book.words() == ["first", *words]


def test_a_group_has_a_limit_and_the_rest_follow(book):
    words = [f"word {number}" for number in range(LARGEST_GROUP + 3)]
    submit_behind(book, words)
    assert [len(group) for group in book.groups] == [1, LARGEST_GROUP, 3]
    assert book.words() == ["first", *words]


def test_a_poisoned_item_fails_alone(book):
    book.writer.submit("twice")
    first, good, poisoned, better = submit_behind(book, ["good", "twice", "better"])
    assert isinstance(poisoned.error, IntegrityError)
    assert (first.result, good.result, better.result) == ("FIRST", "GOOD", "BETTER")
    assert book.words() == ["twice", "first", "good", "better"]


def test_a_failure_leaves_the_writer_in_order(book):
    book.writer.submit("twice")
    with pytest.raises(IntegrityError):
        book.writer.submit("twice")
    assert book.writer.submit("next") == "NEXT"
    assert book.words() == ["twice", "next"]


def test_many_threads_are_each_answered_with_their_own_result(book):
    threads = [Submitting(book, f"word {number}") for number in range(40)]
    assert [thread.finish().result for thread in threads] == [f"WORD {number}" for number in range(40)]
    assert sorted(book.words()) == sorted(f"word {number}" for number in range(40))


def test_closing_finishes_what_waits_and_refuses_the_rest(book):
    first, second = book.hold(), Submitting(book, "second")
    book.wait_for_queue(1)
    closing = threading.Thread(target=book.writer.close, daemon=True)
    closing.start()
    book.may_go_on.set()
    closing.join(WAIT_SECONDS)
    assert not closing.is_alive()
    assert (first.finish().result, second.finish().result) == ("FIRST", "SECOND")
    with pytest.raises(RuntimeError, match="closed"):
        book.writer.submit("late")
    assert book.words() == ["first", "second"]


def test_closing_an_idle_writer_returns_at_once(book):
    book.writer.close()
    book.writer.close()
    assert book.words() == []


def test_a_full_disk_fails_everybody_who_waits_and_is_over_when_there_is_room(small_book):
    book, pages = small_book, []
    limit = lambda connection, words: _limit_pages(connection, pages) or book.apply(connection, words)  # noqa: E731
    book.writer = GroupWriter(book.db, limit)
    pages.append(1)  # SQLite never goes below what there is: not one page more
    huge = [str(number) * 100_000 for number in range(3)]
    answers = submit_behind(book, huge)
    assert [type(answer.error) for answer in answers[1:]] == [OperationalError] * 3
    assert all("full" in str(answer.error) for answer in answers[1:])
    pages[0] = 1_000_000
    assert book.writer.submit("room again") == "ROOM AGAIN"
    assert book.words() == ["first", "room again"]


def _limit_pages(connection, pages: list[int]) -> None:
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages[0]}")


_OTHER_PROCESS = """
import sys
from tests.store.test_group_commit import Book
book = Book(sys.argv[1])
for number in range(30):
    book.writer.submit(f"{sys.argv[2]} {number}")
book.writer.close()
"""


def test_two_processes_share_one_sqlite_file(small_book, sqlite_url):
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", _OTHER_PROCESS, sqlite_url]
    others = [subprocess.Popen([*command, name], cwd=root) for name in ("left", "right")]
    assert [other.wait(60) for other in others] == [0, 0]
    expected = {f"{name} {number}" for name in ("left", "right") for number in range(30)}
    assert set(small_book.words()) == expected
    assert [word for word in small_book.words() if word.startswith("left")] == [f"left {n}" for n in range(30)]

"""Pages stay cheap: few questions to the database, however much there is to tell."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

SESSION = 1
"""The one that finds who is asking."""


@contextmanager
def counting(dialer):
    said: list[str] = []

    def keep(conn, cursor, statement, *rest):
        said.append(statement)

    event.listen(dialer.db.engine, "before_cursor_execute", keep)
    yield said
    event.remove(dialer.db.engine, "before_cursor_execute", keep)


def asked(scene, browser, path) -> list[str]:
    with counting(scene.dialer) as said:
        assert browser.get(path).status_code == 200
    return [statement for statement in said if not statement.startswith(("BEGIN", "PRAGMA"))]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/contacts", 4),  # people, their numbers and tags, and all tags
        ("/contacts?q=jane", 5),
        ("/contacts/found?q=jane", 4),
        ("/contacts/1", 4),
        ("/contacts/new", 2),  # the ladder and the tags
        ("/calls", 2),
        ("/calls/1", 13),  # what is known about them, earlier talks, words to say, the step that it suggests
        ("/calls/1/sheet", 14),
        ("/calls/3", 5),
        ("/calls/1/live", 4),
        ("/callbacks", 4),
        ("/callbacks/1", 5),
        ("/callbacks?span=2026-Q4&figure=still_open", 4),
        ("/calls?span=2026-Q4&beside=ring", 3),
        ("/voicemails", 2),
        ("/calls?span=2026-Q4&outcome=connected", 3),
        ("/", 12),  # the list, the call under way, debts, unsaid ones, who they are, the network, the plan
    ],
)
def test_a_page_asks_little(scene, owner, path, most):
    assert len(asked(scene, owner, path)) <= SESSION + most


def test_a_long_history_asks_no_more(scene, owner):
    few = len(asked(scene, owner, "/contacts/1"))
    for hour in range(300):
        scene.call(hours_ago=10 + hour)
    assert len(asked(scene, owner, "/contacts/1")) == few
    assert len(asked(scene, owner, "/calls")) <= SESSION + 2


def test_files_and_visitors_ask_nothing(scene, owner, visitor):
    with counting(scene.dialer) as said:
        visitor.get("/sign-in")
        owner.get("/assets/base.css").close()
    assert said == []

"""The people whom the measurement of search looks for are there."""

from __future__ import annotations

from bench import searching
from soi_dialer.store import contacts


def test_everybody_who_is_searched_can_be_found(empty_sqlite_url):
    db = searching.fill(empty_sqlite_url, people=60)
    with db.read() as connection:
        assert contacts.count(connection, searching.SCOPE) == 60
        found = {
            search: len(contacts.page(connection, searching.SCOPE, search=search))
            for search in ("a", "@example.com", "tag", "zzzqqq")
        }
    db.close()
    assert found["a"] > 20 and found["@example.com"] == 50 and found["tag"] == 30 and found["zzzqqq"] == 0

"""A newcomer's first hour: twelve hundred rows of three messy address books, by the pages alone."""

from __future__ import annotations

import re

from soi_dialer.flows.import_work import work_on_imports
from soi_dialer.store import contacts
from tests.data.messy_books import messy_books
from tests.web.scene import Browser
from tests.web.test_import_pages import text_of, upload

ROWS = 400


def counted(text: str) -> dict[str, int]:
    """Such as {"new": 388, "joined": 4}, from "388 new, 4 joined"."""
    found = re.findall(r"([\d,]+) (new|joined|nothing new|left out)\b", text, re.IGNORECASE)
    return {word.lower(): int(number.replace(",", "")) for number, word in found[:4]}


def taken_in(scene, browser: Browser, data: bytes, name: str) -> tuple[str, dict[str, int]]:
    """Through all steps with what the pages propose; returns the import's address and its figures."""
    path = upload(browser, data, name).location
    page = browser.get(path).text
    if "What is in the columns?" in page:
        assert browser.post(f"{path}/columns", proposed(page)).status_code == 303
    promised = counted(line_of(browser, path))
    browser.post(f"{path}/run")
    work_on_imports(scene.dialer)
    happened = counted(line_of(browser, path))
    assert happened == promised and sum(happened.values()) == ROWS, "every row is accounted for, and as it was shown"
    return path, happened


def proposed(page: str) -> dict[str, list[str]]:
    """What the form sends when nothing is corrected."""
    columns = re.findall(r'name="column" value="(\d+)"', page)
    return {"column": columns, "meaning": re.findall(r'<option value="([^"]*)" selected', page)}


def line_of(browser: Browser, path: str) -> str:
    return re.search(r'<p class="figures-line">(.*?)</p>', browser.get(path).text, re.DOTALL)[1]


def everybody(browser: Browser) -> str:
    return browser.get("/contacts/export/csv").text


def test_twelve_hundred_rows_of_three_books_become_the_people_that_they_are(scene, owner):
    books = messy_books(ROWS)
    with scene.dialer.db.read() as conn:
        before = contacts.count(conn, scene.owner)
    _, google = taken_in(scene, owner, books.google, "google.csv")
    _, outlook = taken_in(scene, owner, books.outlook, "outlook.csv")
    two_books = everybody(owner)
    path, apple = taken_in(scene, owner, books.apple, "apple.vcf")
    with scene.dialer.db.read() as conn:
        assert contacts.count(conn, scene.owner) == before + google["new"] + outlook["new"] + apple["new"]
    met = sum(one.get("joined", 0) for one in (google, outlook, apple))
    assert google["new"] + outlook["new"] + apple["new"] <= books.people and met > 150
    assert all(one["left out"] == ROWS // 50 for one in (google, outlook, apple)), "those without any number"
    three_books = everybody(owner)
    for name, data in (("google.csv", books.google), ("own.csv", three_books.encode())):
        again = upload(owner, data, name).location
        owner.post(f"{again}/columns", proposed(owner.get(again).text))
        assert not {"new", "joined"} & counted(line_of(owner, again)).keys(), "the same people are known by now"
    assert "Golf Rotary" in text_of(owner, "/contacts?q=neighbor680@example.com")
    assert "Today" in text_of(owner, "/today")
    owner.post(f"{path}/undo")
    work_on_imports(scene.dialer)
    assert everybody(owner) == two_books

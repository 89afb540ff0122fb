"""What stands behind the figures of the week: lists that add up to each of them, and only of one's own."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from soi_dialer.domain.messages import FIGURES
from soi_dialer.web.callbacks_behind import WORDS
from tests.cast import START
from tests.report import rows
from tests.web.scene import add_call
from tests.web.test_report_pages import text_of

RUNG = {"agent_leg_seconds": 600, "talk_seconds": 540, "claimed_at": START, "ended_at": START + timedelta(seconds=590)}
"""Ten seconds of a whisper, nine minutes of talk, and the rest ringing."""


@pytest.fixture
def week(scene):
    """Calls and debts of each kind, of the owner's and, one each, of the others."""
    with scene.dialer.db.write() as conn:
        for hours_ago, changes in (
            (26, RUNG),
            (27, {"agent_leg_seconds": 30, "talk_seconds": 0, "outcome": "no_answer"}),
            (24 * 7 + 26, {"talk_seconds": 0, "outcome": "busy"}),
            (28, {"agent_leg_seconds": 40, "talk_seconds": 0, "outcome": "left_voicemail", "voicemail_seconds": 20}),
            (28.1, {"talk_seconds": 900, "self_reported": True, "contact_number": None}),
            (29, {"talk_seconds": 0, "outcome": "no_answer", "contact_number": None}),  # nobody was called
        ):
            add_call(conn, scene.owner, scene.jane, hours_ago=hours_ago, **changes)
        for who in (scene.world.people.teammate, scene.world.people.stranger):
            add_call(conn, who, None, hours_ago=26, **RUNG)
            add_debt(conn, who, 30, closed=29.5, contact_number="+12125550199")
        for opened, closed, more in (
            (30, 29.5, {}),
            (30, 27, {"due": 26}),
            (30, 10, {"due": 20}),
            (40, 1, {"due": 39, "reason": "text"}),
            (30, 29, {"state": "waived", "reason": "missed_call"}),
            (24 * 6, 30, {"due": 24 * 5}),
            (20, 19, {"reason": "requested"}),
        ):
            add_debt(conn, scene.owner, opened, closed=closed, **more)
    return scene


def add_debt(conn, scope, opened: float, *, closed: float, due: float | None = None, **more) -> None:
    """Times are hours ago."""
    times = {"due_at": START - timedelta(hours=opened - 4 if due is None else due)}
    values = {"state": "returned", "closed_at": START - timedelta(hours=closed)} | times | more
    rows.add_callback(conn, scope, START - timedelta(hours=opened), **values)


def links(page: str, pattern: str) -> list:
    """What the pattern has groups for, addresses as a browser reads them; there must be some."""
    found = re.findall(pattern, html.unescape(page))
    assert found, pattern
    return found


def listed(browser, path: str) -> int:
    """How many rows the list has, on all of its pages; what its head says is the same."""
    said = re.search(r'<p class="lead-in">(\d+) call', browser.get(path).text)
    count, page = 0, path
    while page:
        text = browser.get(page).text
        calls, debts = set(re.findall(r'href="/calls/(\d+)"', text)), text.count('class="card-box debt"')
        count += len(calls) if path.startswith("/calls") else debts
        following = re.search(r'<p class="pager"><a [^>]*href="([^"]+)"', text)
        page = html.unescape(following[1]) if following else None
    assert count == int(said[1]), path
    return count


def test_every_figure_of_messages_and_promises_opens_as_many_callbacks(week, owner):
    page = owner.get("/week").text
    fates = links(page, r'href="(/callbacks\?[^"]*)">[^<]*</a></th><td class="num share"><meter[^>]*></meter>(\d+)')
    numbers = links(page, r'href="(/callbacks\?[^"]*)">(\d+)(?: promises)?</a>')
    cards = links(page, r'href="(/callbacks\?[^"]*)"><span class="figure">(\d+)</span>')
    assert len(fates) == 6
    assert {path.rpartition("=")[2] for path, _ in fates + numbers + cards} == set(FIGURES)
    counted = {path: listed(owner, path) for path, _ in fates + numbers + cards}
    assert counted == {path: int(count) for path, count in fates + numbers + cards}
    assert min(counted.values()) > 0


def test_each_hour_opens_the_calls_that_rang_somebody_in_it(week, owner):
    page = owner.get("/week").text
    hours = links(page, r'href="(/calls\?span=[^"]*&weekday=\d+&hour=\d+)">(?!\d+ of)')
    counted = {path: listed(owner, path) for path in hours}
    assert sorted(counted.values()) == [1, 1, 1, 2]  # Jane's of today; Tuesday at 8, at 7 and, a week before too, at 9
    (twice,) = [path for path, count in counted.items() if count == 2]
    assert "2 calls on Tuesdays from 8 am, 1 picked up" in text_of(owner, twice)


def test_time_beside_the_talk_opens_the_calls_that_had_it(week, owner):
    to_calls = r'href="(/calls\?span=[^"]*beside=\w+)">[^<]*</a></th><td class="num">([^<]+)<'
    beside = links(owner.get("/week").text, to_calls)
    assert len(beside) == 3
    for path, time in beside:
        assert listed(owner, path) > 0
        assert f"with {time} of " in text_of(owner, path), path


def test_talk_opens_the_measured_calls_that_add_up_to_it(week, owner):
    ((path, talk),) = links(owner.get("/week").text, r'href="(/calls\?[^"]*)"><span class="figure">(\d+ min)</span>')
    assert listed(owner, path) == 2
    assert f"2 calls, connected, measured, talked {talk}." in text_of(owner, path)


def test_people_of_a_level_are_as_many_as_the_list_of_their_calls_says(week, owner):
    for page in ("/week", "/week/2026-W47?self=0"):
        levels = links(owner.get(page).text, r'href="(/calls\?[^"]*level=[^"]*)">[^<]*</a></th><td class="num">(\d+)')
        for path, people in levels:
            assert f"with {people} person of level" in text_of(owner, path), path


def test_days_in_a_row_open_the_calls_to_past_customers(week, owner):
    with week.dialer.db.write() as conn:
        people = [rows.add_person(conn, week.owner, START, "past customer") for _ in range(3)]
        for person in (*people, people[0]):
            add_call(conn, week.owner, person, hours_ago=27, outcome="left_voicemail", talk_seconds=0)
            add_call(conn, week.owner, person, hours_ago=26.5, outcome="no_answer", talk_seconds=0)
    days = links(owner.get("/week").text, r'href="(/calls\?on=[^"]*reached=1)">[^<]*</a>: (\d+)')
    assert [int(people) for _, people in days] == [4]  # Jane as well
    assert f"that reached {days[0][1]} past customers" in text_of(owner, days[0][0])
    assert listed(owner, days[0][0]) == 7  # four messages here; of Jane's a talk, a message, and one elsewhere


LISTS = ["/calls?span=2026-W47&beside=ring", "/calls?span=2026-W47&weekday=1&hour=8"] + [
    f"/callbacks?span=2026-W47&figure={figure}" for figure in ("returned", "1h", "kept")
]


@pytest.mark.parametrize("name", ["teammate", "stranger"])
def test_nobody_sees_what_is_behind_the_figures_of_others(week, name):
    browser = week.browser(name)
    for path in LISTS:
        assert listed(browser, path) == 1, path
        assert "Jane" not in browser.get(path).text, path


def test_a_long_list_goes_on_where_it_ended(week, owner):
    with week.dialer.db.write() as conn:
        for number in range(60):
            add_debt(conn, week.owner, 50 + number // 2, closed=0.5)
    assert listed(owner, "/callbacks?span=2026-W47&figure=returned") == 66
    before = len(re.findall('class="card-box', owner.get("/callbacks?span=2026-W47&figure=returned").text))
    assert before == 25


NO_FIGURES = [
    "/callbacks?span=2026-W47&figure=x", "/callbacks?span=x&figure=1h", "/callbacks?figure=kept",
    "/callbacks?span=2026-W47&figure=1h&after=x", "/calls?span=2026-W47&weekday=7&hour=1",
    "/calls?span=2026-W47&hour=9", "/calls?span=2026-W47&weekday=1&hour=%00",
    "/calls?span=2026-W47&beside=talk", "/calls?span=2026-W47&reached=2",
]  # fmt: skip


def test_what_is_no_figure_is_the_whole_list(week, owner):
    assert [path for path in NO_FIGURES if owner.get(path).status_code != 200] == []
    whole = text_of(owner, "/calls?span=2026-W47")
    assert text_of(owner, "/calls?span=2026-W47&beside=talk") == whole


def test_each_figure_has_words():
    assert WORDS.keys() == set(FIGURES)

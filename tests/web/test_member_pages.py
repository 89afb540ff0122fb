"""What a lead sees of a member: the same week, and the calls that it counts, to look at and nothing else."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from soi_dialer.store import agents
from tests.cast import START
from tests.report import rows
from tests.web.scene import add_call
from tests.web.test_report_links import links
from tests.web.test_report_pages import text_of

EASTERN, TOKYO = "America/New_York", "Asia/Tokyo"
SECRET = "Told me about the divorce."


@pytest.fixture
def led(scene):
    """The owner leads the teammate, who is in Tokyo and had calls at the edges of the week there."""
    mate = scene.world.people.teammate
    with scene.dialer.db.write() as conn:
        agents.update(conn, scene.owner.agent_id, role="lead")
        agents.update(conn, mate.agent_id, time_zone=TOKYO, name="Mika Mori")
        person = rows.add_person(conn, mate, START, "friend")
        for hours_ago, changes in (
            (2, {"talk_seconds": 400, "note": SECRET, "agent_leg_seconds": 460}),
            (3, {"talk_seconds": 0, "outcome": "agent_missed"}),
            (4, {"talk_seconds": 0, "outcome": "left_voicemail", "voicemail_seconds": 20, "agent_leg_seconds": 40}),
            (5, {"talk_seconds": 600, "self_reported": True}),
            (6, {"talk_seconds": 0, "outcome": "left_voicemail", "self_reported": True}),
            (62, {"talk_seconds": 90}),  # Monday 10:00 in Tokyo, Sunday in New York
        ):
            add_call(conn, mate, person, hours_ago=hours_ago, **changes)
        for opened, closed in ((62, 61), (30, 20)):
            times = {"closed_at": START - timedelta(hours=closed), "due_at": START - timedelta(hours=opened - 4)}
            rows.add_callback(conn, mate, START - timedelta(hours=opened), state="returned", **times)
    return scene


def week_of(scene) -> str:
    return f"/team/{scene.world.people.teammate.agent_id}/week/2026-W47"


def test_a_lead_opens_a_members_week_from_the_team_and_sees_what_the_member_sees(led, owner):
    ((path, name),) = links(owner.get("/team?span=2026-W47").text, r'href="(/team/\d+/week/[^"]+)">([^<]+)</a>')
    assert (path, name) == (week_of(led), "Mika Mori")
    theirs, own = owner.get(path).text, led.browser("teammate").get("/week/2026-W47").text
    assert "<h1>Mika Mori: this week</h1>" in theirs
    number = r'<span class="figure">([^<]*)</span>|<td class="num(?: share)?">(?:<[^>]*>)*([^<]*)'
    assert re.findall(number, theirs) == re.findall(number, own)
    assert "Days are those of Asia/Tokyo" in theirs
    for changing in ("<form method=\"post\"", "/plan", "/settings/week"):
        assert changing not in theirs.partition("<main")[2]


def figures_of(page: str) -> list[tuple[str, str]]:
    """Each address below `main` that has a figure for its text, with that figure; addresses of weeks are none."""
    found = links(page.partition("<main")[2], r'<a href="([^"]+)">(\d+(?: h \d+)?(?: min)?)</a>')
    return [(path, text) for path, text in found if "/week" not in path]


def count_of(browser, path: str) -> int:
    return int(re.search(r'<p class="lead-in">(\d+) call', browser.get(path).text)[1])


@pytest.mark.parametrize("switch", ["", "self=0"])
def test_every_figure_of_the_team_and_of_a_member_opens_what_it_counts(led, owner, switch):
    for page in (f"/team?span=2026-W47&{switch}", f"{week_of(led)}?{switch}"):
        found = figures_of(owner.get(page).text)
        assert len(found) > 8
        assert any(path.startswith("/team/") for path, _ in found)
        for path, figure in found:
            if figure.endswith("min"):
                assert f"{figure}" in text_of(owner, path), (path, figure)
            elif "level=" not in path and "reached=" not in path and "weekday=" not in path:
                assert count_of(owner, path) == int(figure), path


def test_each_call_of_a_member_opens_down_to_its_facts_without_what_was_said(led, owner):
    member = f"/team/{led.world.people.teammate.agent_id}"
    listing = owner.get(f"{member}/calls?span=2026-W47").text
    assert listing.count(f'href="{member}/calls/') == 6 == len(set(re.findall(rf"{member}/calls/(\d+)", listing)))
    assert SECRET not in listing and "Did not pick up" in listing
    first = re.search(rf'href="({member}/calls/\d+)"', listing)[1]
    said = owner.get(first).text
    assert SECRET not in said and "<textarea" not in said and "What happened" in said
    assert "10:00 pm" in text_of(owner, first)  # 13:00 UTC by Tokyo's clocks


def test_a_member_opens_nothing_of_a_lead_or_of_a_colleague(led):
    owner_id, mate_id = led.owner.agent_id, led.world.people.teammate.agent_id
    mate, stranger = led.browser("teammate"), led.browser("stranger")
    pages = ("week", "week/2026-W47", "week.csv", "calls?span=2026-W47", f"calls/{led.talked}",
             "callbacks?span=2026-W47&figure=returned")  # fmt: skip
    assert {mate.get(f"/team/{owner_id}/{page}").status_code for page in pages} == {404}
    assert {stranger.get(f"/team/{who}/{page}").status_code for who in (owner_id, mate_id) for page in pages} == {404}
    with led.dialer.db.write() as conn:
        agents.update(conn, led.world.people.stranger.agent_id, role="lead")
    assert {stranger.get(f"/team/{mate_id}/{page}").status_code for page in pages} == {404}
    assert {mate.get(f"/team/{mate_id}/{page}").status_code for page in pages[:3]} == {200}  # one's own
    assert "#members" in led.browser("owner").get("/team").text and "#members" not in mate.get("/team").text


def test_what_is_no_figure_of_a_member_is_not_there(led, owner):
    member = f"/team/{led.world.people.teammate.agent_id}"
    for path in ("/calls", "/callbacks", "/callbacks?span=2026-W47&figure=x", "/calls/999999", f"/calls/{led.talked}"):
        assert owner.get(member + path).status_code == 404, path
    assert owner.get("/team/4294967297/week").status_code == 404


def test_what_a_member_returned_is_counted_by_their_own_days(led, owner):
    path, figure = next(one for one in figures_of(owner.get("/team?span=2026-W47").text) if "figure=returned" in one[0]
                        and "/team/" in one[0])  # fmt: skip
    assert int(figure) == 2 == listed_rows(owner, path)


def listed_rows(browser, path: str) -> int:
    return html.unescape(browser.get(path).text).count('class="row-line debt"')

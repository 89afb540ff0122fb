"""The week, the team and the plan as pages: figures that open down to their calls, and nobody else's."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, datetime

from soi_dialer.flows import rollup
from soi_dialer.store import agents
from soi_dialer.store.tables import call, call_event
from tests.web.scene import add_call
from tests.web.test_few_queries import asked


def text_of(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_week_stands_against_the_plan(scene, owner):
    with scene.dialer.db.write() as conn:
        agents.update(conn, scene.owner.agent_id, created_at=datetime(2026, 10, 1, tzinfo=UTC))
    said = text_of(owner, "/week")
    assert "This week" in said
    assert "9 min talked, of 5 h 34 min planned so far" in said  # Wednesday: three days of 1 h 51
    assert "1 conversation of 45" in said


def test_the_plan_asks_a_newcomer_for_the_days_since_they_came(owner):
    assert "9 min talked, of 1 h 51 min planned so far" in text_of(owner, "/week")  # they came this Wednesday
    assert "of 15" in text_of(owner, "/week") and "by tonight the plan asks for 15" in text_of(owner, "/plan")
    assert "planned" not in text_of(owner, "/week/2026-W40")


def test_the_weeks_of_a_team_begin_as_the_askers_do(scene, owner):
    assert "2026-11-15..2026-11-21" not in owner.get("/team").text
    with scene.dialer.db.write() as conn:
        agents.update(conn, scene.owner.agent_id, first_weekday=6)
    trend = owner.get("/team").text.partition("Twelve weeks of the team")[2]
    assert "span=2026-11-08..2026-11-14" in trend and "span=2026-11-15..2026-11-21" in trend


TITLES = {
    "/week/2026-W46": "Week of November 9",
    "/week/2026-11": "This month",
    "/week/2026-09": "September 2026",
    "/week/2026-Q4": "This quarter",
    "/week/2026-Q1": "January to March 2026",
    "/week/2025-W47": "Week of November 17, 2025",
    "/week/2026-11-01..2026-11-10": "Nov 1 to Nov 10, 2026",
    "/week?from=2025-12-30&until=2026-01-02": "Dec 30, 2025 to Jan 2, 2026",
    "/week?from=2026-11-02": "Nov 2, 2026",
    "/week/2024-01-01..2026-11-10": "Jan 1, 2024 to Nov 10, 2026",
    "/week/1970-W01": "Week of December 29, 1969",
    "/week/2199-W52": "Week of December 23, 2199",
}


def test_any_days_have_a_page_of_their_own(owner):
    for path, title in TITLES.items():
        assert f"<h1>{title}</h1>" in owner.get(path).text, path


NO_DAYS = [
    "/week/2026-13", "/week/2026-Q5", "/week/x", "/week?from=x", "/week?from=2026-11-05&until=2026-11-01",
    "/week?from=2000-01-01&until=2026-11-01", "/week/2026-11%00", "/team?span=x", "/week.csv?span=2026-W60",
    "/team.csv?span=9999-12",
]  # fmt: skip


def test_what_are_no_days_is_not_there(owner):
    assert [path for path in NO_DAYS if owner.get(path).status_code != 404] == []


def test_every_figure_opens_down_to_as_many_calls(scene, owner):
    with scene.dialer.db.write() as conn:
        add_call(conn, scene.owner, scene.jane, hours_ago=30, talk_seconds=299)
        add_call(conn, scene.owner, scene.jane, hours_ago=31, outcome="no_answer", talk_seconds=0)
        add_call(conn, scene.owner, scene.jane, hours_ago=32, talk_seconds=400, self_reported=True)
    page = owner.get("/week").text
    rows = re.findall(r'href="(/calls\?span=[^"]+)">([^<]+)</a></th><td class="num">(\d+)', page)
    rows += re.findall(r'<td class="num"><a href="(/calls\?[^"]+)">()(\d+)</a>', page)
    assert len(rows) >= 7
    for path, _, count in rows:
        if "level" not in path:  # people, not calls
            assert f" {count} call" in f" {text_of(owner, html.unescape(path))}", path


def test_self_reported_calls_are_switched_off_and_on(scene, owner):
    with scene.dialer.db.write() as conn:
        add_call(conn, scene.owner, scene.jane, hours_ago=32, talk_seconds=1200, self_reported=True)
    whole, measured = owner.get("/week").text, owner.get("/week/2026-W47?self=0").text
    assert "20 min by your own word, not in the talk time" in text_of(owner, "/week")
    assert ">Self-reported</text>" in whole and ">Self-reported</text>" not in measured
    assert "self_reported=0" in measured
    assert "Count them as well" in measured


def test_a_picture_obeys_the_rules_for_scripts_and_styles(owner):
    for path in ("/week", "/plan"):
        page = owner.get(path).text
        svg = re.findall(r"<svg [^>]*pygal.*?</svg>", page, re.DOTALL)
        assert svg
        assert not re.search(r"<style|<script|style=|href=", "".join(svg))
        assert 'role="img"' in svg[0]


def test_a_call_that_changed_late_is_shown_as_an_amendment(scene, owner):
    with scene.dialer.db.write() as conn:
        add_call(conn, scene.owner, scene.jane, hours_ago=24 * 21, talk_seconds=60)
    assert "Changed after" not in owner.get("/week/2026-W44").text
    with scene.dialer.db.write() as conn:
        late = conn.execute(call.select().order_by(call.c.placed_at)).first().id
        values = {"call_id": late, "source": "fetched", "kind": "leg_moved", "dedupe_key": "late", "body": {}}
        conn.execute(call_event.insert().values(**values, received_at=datetime(2026, 11, 10, 12, tzinfo=UTC)))
    assert "Changed after the week was over: 1 call" in text_of(owner, "/week/2026-W44")
    assert "1 call, changed after the end, talked 1 min" in text_of(owner, "/calls?span=2026-W44&changed=1")


def test_the_csv_has_a_line_for_each_day(owner):
    answer = owner.get("/week.csv?span=2026-11")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="talk 2026-11.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 30
    assert {row["date"]: row["talk_seconds"] for row in rows}["2026-11-18"] == "552"


def test_the_team_is_sorted_by_a_link_and_named_in_the_file(scene, owner):
    with scene.dialer.db.write() as conn:
        agents.update(conn, scene.owner.agent_id, role="lead", name="=Owner()")
        add_call(conn, scene.world.people.teammate, None, talk_seconds=3600)
        add_call(conn, scene.world.people.stranger, None, talk_seconds=7200)
    by_name, by_talk = owner.get("/team").text, owner.get("/team?sort=talk_seconds").text
    assert by_name.index("=Owner()") < by_name.index("Teammate")
    assert by_talk.index("Teammate") < by_talk.index("=Owner()</a>")
    assert 'aria-sort="descending"' in by_talk
    assert "Stranger" not in by_name
    assert "1 h 09 min talked by 2 people" in text_of(owner, "/team")
    lines = owner.get("/team.csv?sort=talk_seconds").text.splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["Teammate", "3600"], ["'=Owner()", "552"], ["Team", "4152"]]


def test_a_member_sees_nobody_else_by_name(scene, owner):
    with scene.dialer.db.write() as conn:
        add_call(conn, scene.world.people.teammate, None, talk_seconds=3600)
    for path in ("/team", "/team.csv"):
        said = owner.get(path).text
        assert "Owner" in said and "Teammate" not in said, path
    assert "1 h 09 min talked by 2 people" in text_of(owner, "/team")
    assert "In the middle" not in owner.get("/team").text
    assert "9 min talked by 1 person" not in text_of(scene.browser("stranger"), "/team")


def test_the_team_is_shown_over_any_days_as_well(owner):
    for query, title in {"span=2026-10": "October 2026", "from=2026-11-02&until=2026-11-03": "Nov 2 to Nov 3"}.items():
        assert f"<h1>Team: {title}" in owner.get(f"/team?{query}&sort=percent_kept").text, query
    page = html.unescape(owner.get("/team?span=2026-W46&sort=calls&self=0").text)
    assert 'href="/team?span=2026-11&sort=calls&self=0"' in page
    assert 'aria-current="true"' in page.partition("<main")[0]  # the week's place in the menu


def test_a_plan_is_kept_and_a_mistake_keeps_what_was_typed(scene, owner):
    assert "a common assumption: coaches say" in html.unescape(owner.get("/plan").text)
    refused = owner.post("/plan", {"income_goal": "90,000", "weeks_per_year": "60"})
    assert refused.status_code == 422
    assert "Weeks in which you work: write a number from 1 to 52." in html.unescape(refused.text)
    assert 'value="90,000"' in refused.text and 'value="60"' in refused.text
    assert owner.post("/plan", {"income_goal": "90,000"}).status_code == 303
    said = text_of(owner, "/plan")
    assert "The plan is worked out anew." in said
    assert "45 closings a year" in said  # 90,000 / 2,000
    assert "60 closings a year" in text_of(scene.browser("teammate"), "/plan")
    assert owner.post("/plan", {"income_goal": "\0" * 9000}).status_code == 422


def test_a_report_asks_little(scene, owner):
    for agent_id in (scene.owner.agent_id, scene.world.people.teammate.agent_id):
        rollup.rebuild(scene.dialer, agent_id)
    most = {"/week": 8, "/week/2026-Q3": 10, "/week/2024-W10": 11, "/team": 9, "/plan": 3}
    few = {path: len(asked(scene, owner, path)) for path in most}
    assert [path for path in most if few[path] > most[path]] == [], few
    for hour in range(100):
        scene.call(hours_ago=10 + hour)
    assert {path: len(asked(scene, owner, path)) for path in most} == few

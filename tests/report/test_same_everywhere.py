"""One week asked of every door: page, files, API, command line, team and mail say the same of each figure."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from soi_dialer.commands.parser import main
from soi_dialer.flows.make_token import make_token
from soi_dialer.flows.weekly_mail_message import message_about
from soi_dialer.store import agents, migrate
from tests.report.rows import add_call, add_callback
from tests.web.scene import Scene, make_scene

WEEK, DAYS = "2024-W10", "2024-03-04..2024-03-10"
"""Long over by any clock; in New York its last day has 23 hours."""

RIGHT = {
    "": {"calls": 7, "conversations": 4, "long": 2, "talk": 19, "said": 20, "left": 2},
    "measured": {"calls": 5, "conversations": 3, "long": 2, "talk": 19, "said": 0, "left": 1},
}
"""Counts, and whole minutes: 10:59, 4 and 5 measured, 20 on the agent's own phone."""

BESIDE = {"ring": 0, "whisper": 3, "message": 1}
MESSAGES = {"received": 2, "1h": 1, "next_day": 1, "returned": 2, "due": 2, "kept": 1, "percent": 50}


@pytest.fixture
def scene(tmp_path, sqlite_url) -> Iterator[Scene]:
    migrate.upgrade(sqlite_url)  # the command line insists on it
    made = make_scene(tmp_path, sqlite_url)
    said = {"self_reported": True, "contact_number": None}
    with made.dialer.db.write() as conn:
        for day, more in (
            (4, {"talk_seconds": 659, "agent_leg_seconds": 779}),
            (4, {"talk_seconds": 240, "agent_leg_seconds": 240}),
            (5, {"outcome": "left_voicemail", "talk_seconds": 0, "voicemail_seconds": 60, "agent_leg_seconds": 120}),
            (6, {"talk_seconds": 1200} | said),
            (7, {"outcome": "left_voicemail", "talk_seconds": 0} | said),
            (10, {"direction": "inbound", "talk_seconds": 300, "contact_leg_seconds": 300}),
            (10, {"outcome": "no_answer", "talk_seconds": 0}),
        ):
            add_call(conn, made.owner, _at(day), contact_id=made.jane, **more)
        for opened, closed in (("14:00", "14:40"), ("15:00", "38:00")):
            times = {"due_at": _at(5, "18:00"), "closed_at": _at(5, closed)}
            add_callback(conn, made.owner, _at(5, opened), state="returned", **times)
    yield made
    made.world.close()


def _at(day: int, clock: str = "16:00") -> datetime:
    """In UTC; hours past 24 are of the next day."""
    hours, minutes = map(int, clock.split(":"))
    return datetime(2024, 3, day + hours // 24, hours % 24, minutes, tzinfo=UTC)


def minutes(text: str) -> int:
    """Of "19 min", "1 h", "1 h 05" and "1 h 05 min"."""
    hours, rest = re.fullmatch(r"(?:(\d+) h ?)?(?:(\d+)(?: min)?)?", text.strip()).groups()
    return 60 * int(hours or 0) + int(rest or 0)


def cells(row: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]


def of_page(scene: Scene, switch: str) -> Iterator[dict]:
    page = html.unescape(scene.browser().get(f"/week/{WEEK}" + ("?self=0" if switch else "")).text)
    names = ("talk", "conversations", "long", "calls") if switch else ("talk", "said", "conversations", "long", "calls")
    total = dict(zip(names, cells(re.search(r"<tfoot>.*?</tfoot>", page, re.DOTALL)[0]), strict=True))
    told = {name: minutes(cell) if name in ("talk", "said") else int(cell) for name, cell in total.items()}
    row = r'<th scope="row">(?:<a [^>]*>)?([^<]+)(?:</a>)?</th><td class="num(?: share)?">(.*?)</td>'
    rows = {name: re.sub(r"<[^>]+>", "", cell) for name, cell in re.findall(row, page)}
    yield {"said": 0} | told | {
        "left": int(rows["Messages you left"]),
        "ring": minutes(rows["Ringing"]),
        "whisper": minutes(rows["Whispers to you"]),
        "message": minutes(rows["Voicemail"]),
        "1h": int(rows["Returned within an hour"]),
        "next_day": int(rows["Returned the next day"]),
        "received": int(re.search(r"that came in: <a[^>]*>(\d+)", page)[1]),
        "due": int(re.search(r">(\d+) promises<", page)[1]),
        "percent": int(re.search(r'"figure">(\d+) %', page)[1]),
        "returned": int(re.search(r'"figure">(\d+)</span><span class="figure-name">callbacks returned', page)[1]),
    }


SECONDS = {
    "talk": "talk_seconds", "said": "self_reported_seconds", "ring": "ring_seconds", "whisper": "whisper_seconds",
    "message": "voicemail_seconds",
}  # fmt: skip
COUNTS = {
    "calls": "calls", "conversations": "conversations", "long": "long_conversations", "left": "voicemails_left",
    "received": "received", "returned": "returned", "due": "promises_due", "kept": "promises_kept",
    "percent": "percent_kept",
}  # fmt: skip


def named(figures: dict) -> dict:
    """As far as they are there."""
    told = {name: int(figures[column]) // 60 for name, column in SECONDS.items() if column in figures}
    return told | {name: int(figures[column]) for name, column in COUNTS.items() if column in figures}


def of_csv(text: str) -> dict:
    rows = list(csv.DictReader(io.StringIO(text)))
    return named({name: sum(int(row[name]) for row in rows) for name in rows[0] if name != "date"})


def of_span(told: dict) -> dict:
    """The programs' door and the command line; days and outcomes add up to the total as well."""
    days = {name: sum(day[name] for day in told["days"]) for name in told["total"]}
    assert days == told["total"]
    assert sum(sum(counts.values()) for counts in told["calls"].values()) == told["total"]["calls"]
    assert told["calls"]["outbound"]["left_voicemail"] == told["total"]["voicemails_left"]
    messages, promises = told["messages"], told["messages"]["promises"]
    return named(told["total"]) | {
        "received": messages["received"], "returned": messages["returned"],
        "1h": messages["fates"]["1h"], "next_day": messages["fates"]["next_day"],
        "due": promises["due"], "kept": promises["kept"], "percent": promises["percent_kept"],
    }  # fmt: skip


def of_week(told: dict) -> dict:
    """The older report of an ISO week."""
    calls = told["calls"]
    return named({name: told[name] for name in ("talk_seconds", "self_reported_seconds")}) | {
        "calls": sum(sum(counts.values()) for counts in calls.values()),
        "conversations": sum(day["connected"] for day in told["days"]),
        "left": calls["outbound"]["left_voicemail"],
        "received": told["callbacks"]["opened"],
        "returned": told["callbacks"]["returned"],
        "1h": told["callbacks"]["returned_within"]["1h"],
    }


def of_api(scene: Scene, switch: str) -> Iterator[dict]:
    with scene.dialer.db.read() as conn:
        token = make_token(scene.dialer, agents.get(conn, scene.owner.agent_id))

    def get(path: str) -> dict:
        path += "&self_reported=false" if switch else ""
        return scene.app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}).json

    yield of_span(get(f"/reports/span?span={WEEK}"))
    yield of_week(get(f"/reports/weekly?week={WEEK}"))
    team = get(f"/reports/team?span={WEEK}")
    yield named(team["sums"])
    yield named(next(member for member in team["members"] if member["name"] == "Owner"))


def of_team(scene: Scene, switch: str) -> Iterator[dict]:
    browser, keep = scene.browser(), "&self=0" if switch else ""
    columns = ("talk", "said", "conversations", "long", "calls", "left", "received", "returned", "percent")
    page = html.unescape(browser.get(f"/team?span={WEEK}{keep}").text)
    for row in re.findall(r'<tr class="own-row">.*?</tr>|<tr><th scope="row">The team.*?</tr>', page, re.DOTALL):
        pairs = zip(columns, cells(row), strict=True)
        yield {name: minutes(cell) if name in ("talk", "said") else int(cell.strip(" %")) for name, cell in pairs}
    for row in csv.DictReader(io.StringIO(browser.get(f"/team.csv?span={WEEK}{keep}").text)):
        yield named(row)


def of_commands(scene: Scene, switch: str, capsys) -> Iterator[dict]:
    more = ["--agent", "owner@example.com", *(["--measured"] if switch else [])]

    def said(*words: str) -> str:
        capsys.readouterr()
        assert main(["report", *words, *more]) == 0
        return capsys.readouterr().out

    yield of_span(json.loads(said("days", "--days", DAYS, "--format", "json")))
    yield of_csv(said("days", "--days", DAYS, "--format", "csv"))
    yield of_week(json.loads(said("week", "--week", WEEK, "--format", "json")))
    table = said("week", "--week", WEEK)
    yield {"talk": minutes(re.search(r"Talked (.*)", table)[1]), "left": int(re.search(r"(\d+) left voice", table)[1])}


def of_mail(scene: Scene) -> Iterator[dict]:
    with scene.dialer.db.read() as conn:
        agent = agents.get(conn, scene.owner.agent_id)
    message = message_about(scene.dialer, agent, datetime(2024, 3, 4).date(), scene.dialer.clock())
    plain = dict(re.findall(r"^([A-Z][a-z -]+): (.*)$", message.text, re.MULTILINE))
    page = re.sub(r"<[^>]+>", " ", message.html)
    for name, figure in plain.items():
        assert figure.partition(" (")[0] in page, name
    first = {name: figure.partition(" (")[0] for name, figure in plain.items()}
    yield {
        "talk": minutes(first["Talk"]), "said": minutes(first["Self-reported"]),
        "conversations": int(first["Conversations"]), "left": int(first["Voicemails left"]),
        "received": int(first["Messages received"]), "1h": int(re.search(r"(\d+) within an hour", message.text)[1]),
        "long": int(re.search(r"(\d+) of five minutes or more", message.text)[1]),
        "percent": int(first["Promises kept"].strip(" %")),
    }  # fmt: skip


@pytest.mark.parametrize("switch", RIGHT)
def test_every_door_says_the_same_of_each_figure(scene, switch, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", scene.dialer.settings.database_url)
    monkeypatch.setenv("DATA_DIR", str(scene.dialer.settings.data_dir))
    whole = RIGHT[switch] | BESIDE | MESSAGES
    told = [*of_page(scene, switch), *of_api(scene, switch), *of_team(scene, switch)]
    told += [*of_commands(scene, switch, capsys), *([] if switch else of_mail(scene))]
    path = f"/week.csv?span={WEEK}" + ("&self=0" if switch else "")
    told.append(of_csv(scene.browser().get(path).text))
    assert len(told) >= 14
    for one in told:
        assert one == {name: whole[name] for name in one}
    assert {name for one in told for name in one} == whole.keys()

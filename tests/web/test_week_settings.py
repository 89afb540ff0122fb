"""The week in the settings: when it begins, its mail, and what became of the last one."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert

from soi_dialer.flows import weekly_mail
from soi_dialer.store import agents, weekly_mails
from soi_dialer.store.tables import weekly_mail as mails
from tests.web.scene import Browser, Scene


def kept(scene: Scene) -> tuple[int, bool]:
    with scene.dialer.db.read() as conn:
        row = agents.get(conn, scene.owner.agent_id)
    return row["first_weekday"], row["weekly_mail"]


def test_the_week_is_changed_and_shown_again(scene: Scene, owner: Browser):
    assert owner.post("/settings/week", {"first_weekday": "6"}).status_code == 303
    assert kept(scene) == (6, False)
    assert '<option value="6" selected>Sunday' in owner.get("/settings").text
    assert owner.post("/settings/week", {"first_weekday": "0", "weekly_mail": "yes"}).status_code == 303
    assert kept(scene) == (0, True)


def test_a_week_begins_on_monday_or_sunday(scene: Scene, owner: Browser):
    for typed in ("", "3", "Monday", "6\x00", "9" * 400):
        answer = owner.post("/settings/week", {"first_weekday": typed})
        assert answer.status_code == 422 and "A week begins on Monday or on Sunday." in answer.text
        assert kept(scene) == (0, True)


def test_without_a_mail_server_the_page_says_so(owner: Browser):
    assert "No e-mail is set up here" in owner.get("/settings").text


SAID = (
    ("sent", None, "sent today, 10:00 am."),
    ("unknown", weekly_mail.UNKNOWN, weekly_mail.UNKNOWN),
    ("failed", "The mail server refused the message (550).", "refused the message (550)."),
    ("due", "The mail server could not be reached.", "tried again soon. The mail server could not be reached."),
    ("dropped", None, "since you had switched it off"),
    ("sending", None, "on its way"),
)


def test_what_became_of_the_last_mail_is_said_to_whom_it_went(scene: Scene, owner: Browser):
    for weeks, (state, problem, says) in enumerate(SAID):
        week_on = date(2026, 9, 7) + timedelta(weeks=weeks)
        sent_at = scene.world.now if state == "sent" else None
        mine = {"office_id": scene.owner.office_id, "agent_id": scene.owner.agent_id, "week_on": week_on}
        with scene.dialer.db.write() as conn:
            conn.execute(insert(mails).values(**mine, state=state, problem=problem, sent_at=sent_at))
        text = " ".join(owner.get("/settings").text.split())
        assert f"The mail about the week from Mon, {week_on:%b} {week_on.day}:" in text and says in text
    assert "The mail about the week" not in scene.browser("teammate").get("/settings").text


def test_one_that_was_never_tried_is_not_spoken_of(scene: Scene, owner: Browser):
    with scene.dialer.db.write() as conn:
        weekly_mails.add(conn, agents.get(conn, scene.owner.agent_id), date(2026, 11, 9), scene.world.now)
    assert "The mail about the week" not in owner.get("/settings").text

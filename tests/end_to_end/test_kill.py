"""kill -9 of the web process while a call is being placed: nothing is lost and nobody is dialled twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.end_to_end.office import AGENT, Office, office
from tests.end_to_end.programs import eventually

POINTS = {
    "after_intent": "unconfirmed",  # nobody was asked: the human is told so
    "after_post": "connected",  # the agent's phone rings; its webhooks find the row
    "after_answer": "connected",
}


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("sqlite")
    with office(folder, SOI_FAILPOINT_FILE=folder / "failpoint") as here:
        yield here


@pytest.fixture
def on_postgresql(tmp_path: Path, postgresql_url: str) -> Iterator[Office]:
    with office(tmp_path, SOI_FAILPOINT_FILE=tmp_path / "failpoint", DATABASE_URL=postgresql_url) as here:
        yield here


def click_and_die(here: Office, point: str, contact_id: int, headers: dict[str, str]) -> None:
    file = here.folder / "failpoint"
    file.write_text(point)
    with pytest.raises(requests.ConnectionError):
        here.api.ask("POST", "calls", {"contact_id": contact_id}, **headers)
    assert not file.exists(), "it died elsewhere"


def click_again(here: Office, contact_id: int, headers: dict[str, str]) -> dict[str, Any]:
    """The same click again, as a browser or a program does, as soon as a new process listens."""

    def ask() -> requests.Response | None:
        assert here.program.process.poll() is None, here.program.words()
        try:
            return here.api.ask("POST", "calls", {"contact_id": contact_id}, **headers)
        except requests.ConnectionError:
            return None

    answer = eventually(ask, "the web process to be back")
    assert answer.status_code == 202, answer.text
    return answer.json()


def talk(here: Office, call_id: int, number: str) -> dict[str, Any]:
    """The agent takes the call that rings, talks, and hangs up."""
    company = here.company
    company.until(AGENT, "ringing")
    company.do(AGENT, "answer")
    company.until_asked(AGENT, "keys")
    company.do(AGENT, "press", digits="1")
    eventually(lambda: company.legs(to=number, status="completed"), "the contact to have talked")
    company.until_asked(AGENT, "keys")
    company.do(AGENT, "hang-up")
    company.settle()
    return here.api.until_ended(call_id)


def survive(here: Office, point: str, manner: str) -> None:
    """Click, die at that point, click again; then the call goes on, and so does the next one."""
    outcome = POINTS[point]
    company = here.company
    company.put("manners", manner=manner)
    company.persona(AGENT, "manual")
    contact_id, number = here.person("answers", talk_seconds=30)
    rung = len(company.legs(to=AGENT))
    headers = {"Idempotency-Key": f"{point}-{manner}"}
    click_and_die(here, point, contact_id, headers)
    first = click_again(here, contact_id, headers)
    (kept,) = here.api.get(f"calls?contact_id={contact_id}")["items"]
    assert kept["id"] == first["id"], "the call was lost, or there are two"
    dialled = outcome == "connected"
    call = talk(here, first["id"], number) if dialled else here.api.until_ended(first["id"])
    assert (call["outcome"], call["talk_seconds"]) == (outcome, 30 * dialled)
    assert len(company.legs(to=AGENT)) - rung == len(company.legs(to=number)) == dialled
    assert talk(here, here.api.call(contact_id)["id"], number)["outcome"] == "connected"
    assert len(company.legs(to=number)) == dialled + 1
    assert company.problems() == []


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_web_process_loses_no_call_and_dials_nobody_twice(on_sqlite, point):
    survive(on_sqlite, point, "prompt")


def test_a_call_whose_process_was_killed_is_found_without_any_webhook(on_sqlite):
    survive(on_sqlite, "after_post", "lost")


def test_the_same_holds_on_postgresql(on_postgresql):
    survive(on_postgresql, "after_post", "prompt")

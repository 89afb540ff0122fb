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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fragile_office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Path]]:
    """An installation that dies where the file says."""
    folder = tmp_path_factory.mktemp(request.param)
    settings: dict[str, Any] = {"SOI_FAILPOINT_FILE": folder / "failpoint"}
    if request.param == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("postgresql_database")
    with office(folder, **settings) as here:
        yield here, folder / "failpoint"


@pytest.fixture(scope="module")
def postgresql_database(postgresql_server: str) -> str:
    """The server's first database, which nobody else uses."""
    return postgresql_server


def click_and_die(here: Office, file: Path, point: str, contact_id: int, headers: dict[str, str]) -> None:
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


@pytest.mark.parametrize("manner", ["prompt", "lost"])
@pytest.mark.parametrize(("point", "outcome"), POINTS.items(), ids=POINTS)
def test_a_killed_web_process_loses_no_call_and_dials_nobody_twice(fragile_office, point, outcome, manner):
    here, file = fragile_office
    company = here.company
    company.put("manners", manner=manner)
    company.persona(AGENT, "answers", keys=["1", "1"], talk_seconds=None)
    contact_id, number = here.person("answers", talk_seconds=30)
    rung = len(company.legs(to=AGENT))
    headers = {"Idempotency-Key": f"{point}-{manner}"}
    click_and_die(here, file, point, contact_id, headers)
    first = click_again(here, contact_id, headers)
    (kept,) = here.api.get(f"calls?contact_id={contact_id}")["items"]
    assert kept["id"] == first["id"], "the call was lost, or there are two"
    call = here.api.until_ended(first["id"])
    company.settle()
    dialled = outcome == "connected"
    assert call["outcome"] == outcome
    assert len(company.legs(to=AGENT)) - rung == len(company.legs(to=number)) == dialled
    assert company.problems() == []
    again = here.api.until_ended(here.api.call(contact_id)["id"])
    assert again["outcome"] == "connected"
    assert len(company.legs(to=number)) == dialled + 1

"""Whole installations: the one of a newcomer, and one with an account at a phone company somewhere else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.end_to_end.api import Api
from tests.end_to_end.company import Company
from tests.end_to_end.programs import ROOT, Program, free_port, run
from tests.end_to_end.recorder import Recorder

EMAIL, PASSWORD = "dana@example.com", "correct horse battery"
AGENT, OURS = "+16175550142", "+16175550199"
SIXTY = 60.0


@contextmanager
def running(folder: Path, name: str, arguments: list[str], settings: dict[str, Any], well_at: str) -> Iterator[Program]:
    """A program from its start to Ctrl-C, after which nothing of it may be left."""
    program = Program(folder, name, arguments, settings)
    try:
        program.wait_until_well(well_at)
        yield program
        status = program.press_ctrl_c()
        assert (status, "Traceback" in program.words()) == (0, False), program.words()
    finally:
        program.destroy()


@contextmanager
def practice(folder: Path, **settings: Any) -> Iterator[tuple[Program, str, str]]:
    """`python app.py` on a fresh machine: the program, its address and the handsets' address."""
    port, handsets = free_port(), free_port()
    told = {"DATA_DIR": folder / "data", "PORT": port, "SIMULATOR_PORT": handsets, "SWEEP_SECONDS": 0.5} | settings
    url = f"http://127.0.0.1:{port}"
    with running(folder, "app", [str(ROOT / "app.py")], told, f"{url}/healthz") as program:
        yield program, url, f"http://127.0.0.1:{handsets}"


class Office:
    """An installation with an account, the phone company that it uses, and a token of its agent."""

    def __init__(self, url: str, company: Company, recorder: Recorder, program: Program, settings: dict) -> None:
        self.url = url
        self.company = company
        self.recorder = recorder
        self.program = program
        self.settings = settings
        self.folder = program.out.parent
        token = self.command("token", "create").strip()
        self.api = Api(f"{url}/api/v1", token)
        self.expected_problems: list[str] = []
        self._people = 0

    def command(self, *arguments: str) -> str:
        """What `python -m soi_dialer` with these arguments prints; it has to succeed."""
        done = run(self.folder, *arguments, **self.settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def person(self, kind: str = "answers", **habits: Any) -> tuple[int, str]:
        """A new contact and who answers their telephone: the contact's id and number."""
        number = self.new_number()
        self.company.persona(number, kind, **habits)
        made = self.api.post("contacts", {"name": f"Person {number[-4:]}", "phones": [{"number": number}]})
        return made["id"], number

    def new_number(self) -> str:
        """A number that nobody has had so far."""
        self._people += 1
        return f"+1303555{100 + self._people:04d}"


@contextmanager
def office(folder: Path, **settings: Any) -> Iterator[Office]:
    """An installation told by its settings alone to use a phone company that was there before it."""
    account, token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
    with ExitStack() as stack:
        company = stack.enter_context(_company(folder, account, token))
        recorder = Recorder(company.url)
        stack.callback(recorder.stop)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        told = {
            "DATA_DIR": folder / "data",
            "PORT": port,
            "PUBLIC_URL": url,
            "TWILIO_ACCOUNT_SID": account,
            "TWILIO_AUTH_TOKEN": token,
            "TWILIO_PHONE_NUMBER": OURS,
            "TWILIO_API_URL": recorder.url,
            "CALLING_HOURS": "00:00-24:00",
            "SWEEP_SECONDS": 0.5,
            "RECONCILE_SECONDS": 0.5,
            "RECONCILE_AFTER_SECONDS": 1,
            **settings,
        }
        _add_agent(folder, told)
        _set_up_number(company, url)
        well = f"{url}/healthz"
        program = stack.enter_context(running(folder, "app", [str(ROOT / "app.py")], told, well))
        here = Office(url, company, recorder, program, told)
        stack.callback(here.api.close)
        yield here


@contextmanager
def _company(folder: Path, account: str, token: str) -> Iterator[Company]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["-m", "soi_dialer", "simulator", "--port", str(port), "--scale", str(SIXTY)]
    arguments += ["--account-sid", account, "--auth-token", token]
    with running(folder, "company", arguments, {"DATA_DIR": folder / "company"}, f"{url}/_sim/state"):
        company = Company(url)
        yield company
        company.close()


def _add_agent(folder: Path, settings: dict[str, Any]) -> None:
    given = ["--name", "Dana Reyes", "--email", EMAIL, "--phone", AGENT, "--time-zone", "America/New_York"]
    done = run(folder, "agent", "add", *given, "--password-stdin", stdin=PASSWORD, **settings)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def _set_up_number(company: Company, url: str) -> None:
    """What the owner of a number sets up in the phone company's console."""
    voice = f"{url}/webhooks/voice/inbound"
    company.put(
        f"numbers/{OURS}", voice_url=voice, status_callback=f"{voice}/status", sms_url=f"{url}/webhooks/sms/inbound"
    )

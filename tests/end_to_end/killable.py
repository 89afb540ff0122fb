"""An installation whose processes are killed one by one: web server, scheduler and phone company, each on its own.

The scheduler is a process beside the web server, as teams run it; the one inside the web server does nothing but start.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import RowMapping, Table, select, update

from config import load
from soi_dialer import wiring
from soi_dialer.flows.make_token import make_token
from soi_dialer.store import agents
from soi_dialer.store.database import Database
from soi_dialer.store.migrate import upgrade
from soi_dialer.store.tables import call, callback, reminder, voicemail, watermark
from tests.end_to_end.api import Api
from tests.end_to_end.company import Company
from tests.end_to_end.office import AGENT, OURS, SIXTY
from tests.end_to_end.programs import ROOT, Program, eventually, free_port

WEB, SCHEDULER = "web", "scheduler"
NEVER = 3600


class Site:
    """`arm` a process for a point of `soi_dialer/flows/failpoints.py`; it dies when it comes by there."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.account, self.token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
        self.ports = {"web": free_port(), "company": free_port()}
        self.settings = {
            "DATA_DIR": folder / "data",
            "DATABASE_URL": database_url,
            "PORT": self.ports["web"],
            "PUBLIC_URL": f"http://127.0.0.1:{self.ports['web']}",
            "TWILIO_ACCOUNT_SID": self.account,
            "TWILIO_AUTH_TOKEN": self.token,
            "TWILIO_PHONE_NUMBER": OURS,
            "TWILIO_API_URL": f"http://127.0.0.1:{self.ports['company']}",
            "SECRET_KEY": "a secret key for tests",
            "CALLING_HOURS": "00:00-24:00",
            "RECONCILE_AFTER_SECONDS": 1,
        }
        self.programs: list[Program] = []
        self.people = 0
        self.db = Database(database_url)

    def start(self) -> None:
        upgrade(self.settings["DATABASE_URL"])
        self.api = Api(f"{self.settings['PUBLIC_URL']}/api/v1", self._agents_token())
        self.company = self.start_company()
        self.web = self._start("web", [str(ROOT / "app.py")], SWEEP_SECONDS=NEVER, RECONCILE_SECONDS=NEVER)
        self.until_back()
        self.scheduler = self.start_scheduler()

    def _agents_token(self) -> str:
        values = {name: str(value) for name, value in self.settings.items()}
        dialer = wiring.build(load(values, env_file=None))
        now = datetime.now(UTC)
        with dialer.db.write() as connection:
            office = agents.insert_office(connection, "Ours", now)
            agent_id = agents.insert(
                connection,
                office_id=office,
                name="Dana Reyes",
                email="dana@example.com",
                phone=AGENT,
                time_zone="America/New_York",
                working_hours="Mon-Sun 00:00-24:00",
                password_hash="none",
                created_at=now - timedelta(minutes=5),
            )
            agent = agents.get(connection, agent_id)
        with contextlib.closing(dialer):
            return make_token(dialer, agent)

    # Processes

    def _start(self, name: str, arguments: list[str], **more: Any) -> Program:
        told = {**self.settings, "SOI_FAILPOINT_FILE": self.folder / name, **more}
        program = Program(self.folder, f"{name}{len(self.programs)}", arguments, told)
        self.programs.append(program)
        return program

    def start_scheduler(self) -> Program:
        often = {"SWEEP_SECONDS": 0.3, "RECONCILE_SECONDS": 0.3}
        return self._start("scheduler", ["-m", "soi_dialer", "scheduler"], **often)

    def start_company(self) -> Company:
        port = self.ports["company"]
        arguments = ["-m", "soi_dialer", "simulator", "--port", str(port), "--scale", str(SIXTY)]
        self.phones = self._start("company", arguments, DATA_DIR=self.folder / "company")
        self.phones.wait_until_well(f"http://127.0.0.1:{port}/_sim/state")
        company = Company(f"http://127.0.0.1:{port}")
        voice = f"{self.settings['PUBLIC_URL']}/webhooks/voice/inbound"
        company.put(f"numbers/{OURS}", voice_url=voice, status_callback=f"{voice}/status")
        company.persona(AGENT, "manual")
        return company

    def kill_company(self) -> None:
        """Without a warning, and start it again with what it had written down."""
        os.kill(self.phones.process.pid, signal.SIGKILL)
        self.phones.process.wait(10)
        self.company.close()
        self.company = self.start_company()

    def arm(self, process: str, point: str) -> None:
        draft = self.folder / "point"
        draft.write_text(point)
        os.replace(draft, self.folder / process)

    def until_struck(self, process: str) -> None:
        """Until the process has died there, and another one has taken its place."""
        eventually(lambda: not (self.folder / process).exists(), f"{process} to come by; {self.words()}")
        if process == WEB:
            return self.until_back()
        assert self.scheduler.process.wait(10) == -signal.SIGKILL
        self.a_minute_passes()
        self.scheduler = self.start_scheduler()

    def until_back(self) -> None:
        eventually(lambda: self.ask("GET", "calls?limit=1"), f"the web server to answer; {self.words()}")

    def ask(self, *arguments: Any, **more: Any) -> requests.Response | None:
        """None while nobody answers."""
        assert self.web.process.poll() is None, self.words()
        try:
            return self.api.ask(*arguments, **more)
        except requests.ConnectionError:
            return None

    def words(self) -> str:
        return "\n".join(program.words() for program in self.programs if "Traceback" in program.words())

    def close(self) -> None:
        for program in reversed(self.programs):
            program.destroy()
        self.db.close()

    # What stands in the database, and time that passes there

    def rows(self, table: Table) -> list[RowMapping]:
        with self.db.read() as connection:
            return list(connection.execute(select(table).order_by(table.c.id)).mappings())

    def a_minute_passes(self) -> None:
        """What a dead process had leased is nobody's any more, and what was put off is due."""
        before = datetime.now(UTC) - timedelta(seconds=1)
        with self.db.write() as connection:
            for table in (callback, reminder):
                leased = table.c.lease_until.is_not(None)
                connection.execute(update(table).where(leased).values(lease_until=before))
            connection.execute(update(reminder).where(reminder.c.send_at.is_not(None)).values(send_at=before))
            connection.execute(update(voicemail).where(voicemail.c.fetch_at.is_not(None)).values(fetch_at=before))
            connection.execute(update(call).where(call.c.reconcile_at.is_not(None)).values(reconcile_at=before))
            connection.execute(update(watermark).values(asked_at=None))

    # People

    def person(self, kind: str = "answers", **habits: Any) -> tuple[int, str]:
        """A new contact and who answers their telephone: the contact's id and number."""
        self.people += 1
        number = f"+1303555{100 + self.people:04d}"
        self.company.persona(number, kind, **habits)
        made = self.api.post("contacts", {"name": f"Person {number[-4:]}", "phones": [{"number": number}]})
        return made["id"], number

    def calls_with(self, contact_id: int) -> list[RowMapping]:
        return [row for row in self.rows(call) if row["contact_id"] == contact_id]

    def until(self, look: Callable[[], Any], what: str) -> Any:
        return eventually(look, f"{what}; {self.words()}")


@contextlib.contextmanager
def site(folder: Path, database_url: str) -> Iterator[Site]:
    made = Site(folder, database_url)
    try:
        made.start()
        yield made
    finally:
        made.close()

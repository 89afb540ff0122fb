"""Keeps what happened in a file, so that a restarted phone company still answers for its calls and recordings."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soi_dialer.simulator import clock
from soi_dialer.simulator.handset import Handset
from soi_dialer.simulator.persona import persona_from
from soi_dialer.simulator.records import Leg, Message, Number, Recording, Transcription

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

SAVE_SECONDS = 1.0
KINDS: dict[str, type] = {
    "numbers": Number,
    "legs": Leg,
    "recordings": Recording,
    "transcriptions": Transcription,
    "messages": Message,
}
RUNTIME = ("handset", "callback", "detection")
"""What a leg has only while it lasts."""


def save(company: Company, path: Path) -> None:
    """Write the records and handsets, all or nothing."""
    with company.changed:
        body: dict[str, Any] = {
            kind: [_plain(record) for record in getattr(company, kind).values()] for kind in KINDS
        }
        body["handsets"] = [
            {"number": h.number, "name": h.name, "persona": dataclasses.asdict(h.persona), "texts": h.texts}
            for h in company.handsets.values()
        ]
        body["opted_out"] = sorted(company.opted_out)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps(body), encoding="utf-8")
    os.replace(fresh, path)


def _plain(record: Any) -> dict[str, Any]:
    values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if name not in RUNTIME
    }


def load(company: Company, path: Path) -> None:
    """Take over a saved file, if there is one. Calls that were up then are over now.

    Raises ValueError when it cannot be read.
    """
    if not path.exists():
        return
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        for kind, record_type in KINDS.items():
            records = [_record(record_type, values) for values in body[kind]]
            key = "phone_number" if kind == "numbers" else "sid"
            getattr(company, kind).update({getattr(record, key): record for record in records})
        for values in body["handsets"]:
            _handset(company, values)
        company.opted_out |= {(sender, to) for sender, to in body["opted_out"]}
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"{path} is not a file of the simulator: {problem}") from None
    for leg in company.legs.values():
        if not leg.over:
            leg.end("failed" if leg.answered_at is None else "completed", leg.answered_at or clock.now())


def _record(record_type: type, values: dict[str, Any]) -> Any:
    return record_type(**{n: datetime.fromisoformat(v) if n.endswith("_at") and v else v for n, v in values.items()})


def _handset(company: Company, values: dict[str, Any]) -> None:
    persona = persona_from(values["persona"])
    company.handsets[values["number"]] = Handset(values["number"], values["name"], persona, texts=values["texts"])


class Keeper:
    """Saves in the background whenever something has changed, and once more when it is stopped."""

    def __init__(self, company: Company, path: Path) -> None:
        self._company = company
        self._path = path
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin to watch for changes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """Save a last time."""
        self._over.set()
        self._thread.join(5)
        save(self._company, self._path)

    def _keep(self) -> None:
        saved = self._company.version
        while not self._over.wait(SAVE_SECONDS):
            if self._company.version == saved:
                continue
            saved = self._company.version
            with contextlib.suppress(OSError):  # a full disk must not end a call
                save(self._company, self._path)

"""A copy of the database while it is in use, and the proof that it can be opened again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import sqlalchemy

COUNTED = ("agent", "contact", "call", "callback", "voicemail")


class CopyFailed(Exception):
    """There is no copy. The words are for a person."""


def ending_of(url: str) -> str:
    """What a copy of this database is called at its end."""
    return ".db" if _is_sqlite(url) else ".dump"


def copy(url: str, draft: Path) -> dict[str, int]:
    """Write a copy that is whole as of one instant, open it, and count what is in it. Nobody has to wait for it.

    Raises CopyFailed. The counts are empty where the copy cannot be asked (PostgreSQL).
    """
    return _copy_sqlite(url, draft) if _is_sqlite(url) else _dump_postgresql(url, draft)


def _is_sqlite(url: str) -> bool:
    return sqlalchemy.make_url(url).get_backend_name() == "sqlite"


def _copy_sqlite(url: str, draft: Path) -> dict[str, int]:
    """By SQLite's own backup, in one step: in pieces it would start again at every write of another process."""
    source = Path(sqlalchemy.make_url(url).database or "").resolve()
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        with closing(_opened(source, "rw")) as here, closing(_opened(draft, "rw")) as there:
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return _checked(draft)
    except sqlite3.Error as error:
        raise CopyFailed(f"the copy could not be made: {error}") from None


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=30)


def _checked(draft: Path) -> dict[str, int]:
    with closing(_opened(draft, "ro")) as copied:
        for pragma in ("integrity_check", "foreign_key_check"):
            wrong = [row for row in copied.execute(f"PRAGMA {pragma}") if row != ("ok",)]
            if wrong:
                raise CopyFailed(f"the copy is damaged, and so may be the database: {pragma} says {wrong[0]}")
        return {name: copied.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in COUNTED}


def _dump_postgresql(url: str, draft: Path) -> dict[str, int]:
    place = sqlalchemy.make_url(url).set(drivername="postgresql")
    address = place.set(password=None).render_as_string()
    secret = {"PGPASSWORD": str(place.password)} if place.password else {}
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={draft}", f"--dbname={address}"]
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        _run(command, secret)
        listed = _run(["pg_restore", "--list", str(draft)], {})
    except FileNotFoundError:
        wanted = f"pg_dump --format=custom --no-owner --file=soi_dialer.dump --dbname='{address}'"
        raise CopyFailed(f"PostgreSQL's own programs are not here; run this where they are: {wanted}") from None
    missing = [name for name in COUNTED if f"TABLE DATA public {name} " not in listed]
    if missing:
        raise CopyFailed(f"the copy lacks {', '.join(missing)}")
    return {}


def _run(command: list[str], secret: dict[str, str]) -> str:
    """The password goes by the environment: arguments can be read by everybody on the machine."""
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CopyFailed("; ".join(done.stderr.strip().splitlines()[:2]) or f"{command[0]} failed")
    return done.stdout

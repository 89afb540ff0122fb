"""The audio of voicemails is fetched from the carrier, verified, and kept by us: played from here, never from there.

Due fetches stand in the database and are leased by a conditional update, so several schedulers do each once. A file is
`stored` only after its type, its size and its hash are known and it is on disk under its final name.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import wave
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from soi_dialer.carrier.errors import CarrierError
from soi_dialer.dialer import Dialer
from soi_dialer.flows import failpoints
from soi_dialer.store import voicemails

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
MOST_TRIES = 60
"""About two days: the carrier keeps recordings until they are deleted, so a long outage still ends well."""

_ENDINGS = {"audio/x-wav": "wav", "audio/wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}


def fetch_audio(dialer: Dialer, limit: int = 20) -> int:
    """Fetch what is due; returns how many recordings were stored."""
    now = dialer.clock()
    with dialer.db.read() as connection:
        due = voicemails.due_for_fetch(connection, now, limit)
    return sum(_fetch_one(dialer, row, now) for row in due)


def _fetch_one(dialer: Dialer, row: Any, now: datetime) -> bool:
    with dialer.db.write() as connection:
        if not voicemails.take_for_fetch(connection, row["id"], row["fetch_at"], now + LEASE):
            return False
    try:
        audio = dialer.carrier.fetch_audio(row["recording_sid"])
        failpoints.reached("audio_fetched")
        stored = _store(dialer.settings.data_dir, row, audio.content, audio.content_type)
    except CarrierError as error:
        return _try_later(dialer, row, now, error.reason)
    except (OSError, ValueError) as error:
        log.warning("the audio of voicemail %s could not be kept: %s", row["id"], type(error).__name__)
        return _try_later(dialer, row, now, "The recording could not be written to disk. Is the disk full?")
    failpoints.reached("audio_on_disk")
    with dialer.db.write() as connection:
        voicemails.change(connection, row["id"], audio_state="stored", fetch_at=None, audio_problem=None, **stored)
    return True


def _try_later(dialer: Dialer, row: Any, now: datetime, problem: str) -> bool:
    tries = row["fetch_tries"] + 1
    given_up = tries >= MOST_TRIES
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    with dialer.db.write() as connection:
        voicemails.change(
            connection,
            row["id"],
            audio_state="failed" if given_up else "waiting",
            fetch_at=None if given_up else now + pause,
            fetch_tries=tries,
            audio_problem=problem[:300],
        )
    return False


def _store(data_dir: Path, row: Any, content: bytes, content_type: str) -> dict[str, Any]:
    """Write beside, flush, rename: a crash leaves no half file under the final name."""
    ending = _ENDINGS.get(content_type, "wav")
    relative = Path("voicemails") / f"{row['id']}-{row['recording_sid'][-8:]}.{ending}"
    path = data_dir / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.part")
    with open(draft, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    return {
        "audio_path": str(relative),
        "audio_type": "audio/mpeg" if ending == "mp3" else "audio/wav",
        "audio_bytes": len(content),
        "audio_sha256": hashlib.sha256(content).hexdigest(),
        "seconds": row["seconds"] or _seconds(content) or 0,
    }


def _seconds(content: bytes) -> int | None:
    """The length of a WAV file, for a recording whose length was never told."""
    try:
        with wave.open(io.BytesIO(content)) as audio:
            return None if not audio.getframerate() else round(audio.getnframes() / audio.getframerate())
    except (wave.Error, EOFError):
        return None

"""/api/v1/voicemails: what callers said, and its sound. The audio is ours; the carrier is never asked here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, send_file

from soi_dialer.api import paging, reading, shown
from soi_dialer.api.auth import dialer, scope
from soi_dialer.api.problems import Problem
from soi_dialer.flows.errors import NotFound
from soi_dialer.store import voicemails

_QUERY = {"cursor": paging.instants("voicemails"), "limit": reading.limit}
_TYPES = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3"}
_NOT_STORED = {
    "waiting": "The audio has not been fetched from the phone company yet. Try again in a minute.",
    "failed": "The audio could not be fetched from the phone company.",
}


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/voicemails", "voicemails", _list, methods=["GET"])
    one = "/voicemails/<int:voicemail_id>"
    blueprint.add_url_rule(one, "voicemail", _get, methods=["GET"])
    blueprint.add_url_rule(f"{one}/audio", "voicemail_audio", _audio, methods=["GET"])


def _list() -> dict[str, Any]:
    asked = reading.query(_QUERY)
    limit = asked.get("limit", reading.USUAL_ITEMS)
    with dialer().db.read() as conn:
        rows = voicemails.page(conn, scope(), before=asked.get("cursor"), limit=limit + 1)
    return paging.answer(rows, limit, "voicemails", _position, lambda found: [shown.voicemail(row) for row in found])


def _position(row: Any) -> paging.Position:
    return row["received_at"], row["id"]


def _get(voicemail_id: int) -> dict[str, Any]:
    return shown.voicemail(_row(voicemail_id))


def _row(voicemail_id: int) -> Any:
    with dialer().db.read() as conn:
        row = voicemails.get(conn, scope(), voicemail_id)
    if row is None:
        raise NotFound("There is no such voicemail.")
    return row


def _audio(voicemail_id: int) -> Response:
    """The stored file, whole or by ranges, under a fixed type and a name that we made."""
    row = _row(voicemail_id)
    if row["audio_state"] != "stored":
        raise Problem(404, "audio-not-stored", _NOT_STORED.get(row["audio_state"], "There is no audio."))
    path = _stored_file(row["audio_path"])
    kind = row["audio_type"] if row["audio_type"] in _TYPES else "application/octet-stream"
    name = f"voicemail-{row['id']}.{_TYPES.get(kind, 'bin')}"
    return send_file(path, mimetype=kind, download_name=name, conditional=True, etag=row["audio_sha256"] or True)


def _stored_file(relative: str | None) -> Path:
    """Inside DATA_DIR, whatever the row says."""
    data_dir = Path(dialer().settings.data_dir).resolve()
    path = (data_dir / (relative or "")).resolve()
    if not path.is_file() or not path.is_relative_to(data_dir):
        raise Problem(404, "audio-not-stored", "The audio file is missing from this installation's data directory.")
    return path

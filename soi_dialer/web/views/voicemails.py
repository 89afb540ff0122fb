"""Messages that were left: played from our own disk, with their text beside them."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Blueprint, Response, request, send_file

from soi_dialer.store import contacts
from soi_dialer.store import voicemails as store
from soi_dialer.web import page

TYPES = {
    "audio/wav": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/mpeg": "audio/mpeg",
    "audio/mp3": "audio/mpeg",
}
"""What may leave as audio. Anything else is not played, whatever it calls itself."""


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/voicemails", "voicemails", voicemails)
    pages.add_url_rule(f"/voicemails/<int(max={page.BIGGEST_ID}):voicemail_id>/audio", "voicemail_audio", audio)


def voicemails() -> Response:
    before = page.time_cursor(request.args.get("before", ""))
    with page.dialer().db.read() as conn:
        rows = store.page(conn, page.scope(), before=before, limit=page.PAGE_SIZE + 1)
        rows, more = page.more(rows, "received_at", "web.voicemails", "before")
        people = contacts.get_many(conn, page.scope(), {row["contact_id"] for row in rows if row["contact_id"]})
    return page.show("voicemails.html", rows=rows, more=more, people=people, nonce=secrets.token_urlsafe(16))


def audio(voicemail_id: int) -> Response:
    """The recording, in parts if the player asks so. Nothing but audio below DATA_DIR is ever sent."""
    with page.dialer().db.read() as conn:
        row = page.found(store.get(conn, page.scope(), voicemail_id))
    return send_sound(row)


def send_sound(row) -> Response:
    """The sound of this voicemail; the caller has checked who asks."""
    kind = TYPES.get((row["audio_type"] or "").partition(";")[0].strip().lower())
    path = _inside_data_dir(row["audio_path"])
    if row["audio_state"] != "stored" or kind is None or path is None:
        return _not_there(row)
    response = send_file(path, mimetype=kind, conditional=True, etag=False, last_modified=row["received_at"])
    response.headers["Content-Disposition"] = f'inline; filename="voicemail-{row["id"]}{Path(path).suffix}"'
    return response


def _inside_data_dir(kept: str | None) -> Path | None:
    root = Path(page.dialer().settings.data_dir).resolve()
    path = (root / kept).resolve() if kept else root
    return path if path.is_file() and path.is_relative_to(root) else None


def _not_there(row) -> Response:
    if row["audio_state"] == "waiting":
        says = "The recording is still on its way from the phone company."
    else:
        says = row["audio_problem"] or "The recording could not be fetched."
    return Response(says, 404, mimetype="text/plain")

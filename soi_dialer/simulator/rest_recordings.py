"""REST: Recordings, their sound and their transcripts. Twilio: Recordings resource."""

from __future__ import annotations

from flask import Response, jsonify, request

from soi_dialer.simulator import media, paging, resources
from soi_dialer.simulator.records import Recording
from soi_dialer.simulator.rest import company, rest
from soi_dialer.simulator.rest_calls import find_leg
from soi_dialer.simulator.rest_errors import RestError


def _all(deleted: bool = False) -> list[Recording]:
    here = company()
    with here.changed:
        return [kept for kept in reversed(here.recordings.values()) if deleted or not kept.deleted]


def _find(sid: str) -> Recording:
    kept = company().recordings.get(sid)
    if kept is None or kept.deleted:
        raise RestError(20404)
    return kept


@rest.get("/<account>/Recordings.json")
def list_recordings(account: str) -> Response:
    here, asked = company(), request.args
    kept = _all(asked.get("IncludeSoftDeleted", "").lower() == "true")
    kept = paging.matching(kept, asked, {"CallSid": "call_sid"})
    kept = paging.between(kept, asked, "DateCreated", "started_at")
    return jsonify(paging.page(request.path, asked, "recordings", kept, lambda one: resources.recording(here, one)))


@rest.get("/<account>/Calls/<sid>/Recordings.json")
def list_call_recordings(account: str, sid: str) -> Response:
    here, leg = company(), find_leg(sid)
    kept = [one for one in _all() if one.call_sid == leg.sid]
    kept = paging.between(kept, request.args, "DateCreated", "started_at")
    show = resources.call_recording
    return jsonify(paging.page(request.path, request.args, "recordings", kept, lambda one: show(here, one)))


@rest.get("/<account>/Recordings/<sid>.json")
def fetch_recording(account: str, sid: str) -> Response:
    return jsonify(resources.recording(company(), _find(sid)))


@rest.delete("/<account>/Recordings/<sid>.json")
def delete_recording(account: str, sid: str) -> tuple[str, int]:
    """The sound is gone; what is known of it stays for those who ask with IncludeSoftDeleted."""
    _find(sid).deleted = True
    company().touch()
    return "", 204


@rest.get("/<account>/Recordings/<sid>/Transcriptions.json")
def list_transcriptions(account: str, sid: str) -> Response:
    here, kept = company(), _find(sid)
    found = [one for one in list(here.transcriptions.values()) if one.recording_sid == kept.sid]
    show = resources.transcription
    return jsonify(paging.page(request.path, request.args, "transcriptions", found, lambda one: show(here, one)))


@rest.get("/<account>/Transcriptions/<sid>.json")
def fetch_transcription(account: str, sid: str) -> Response:
    kept = company().transcriptions.get(sid)
    if kept is None:
        raise RestError(20404)
    return jsonify(resources.transcription(company(), kept))


@rest.get("/<account>/Recordings/<sid>")
@rest.get("/<account>/Recordings/<sid>.wav")
def fetch_wav(account: str, sid: str) -> Response:
    return Response(_sound(sid), mimetype="audio/x-wav")


@rest.get("/<account>/Recordings/<sid>.mp3")
def fetch_mp3(account: str, sid: str) -> Response:
    """404 where no MP3 encoder is installed."""
    try:
        return Response(media.to_mp3(_sound(sid)), mimetype="audio/mpeg")
    except media.NoMp3:
        raise RestError(20404) from None


def _sound(sid: str) -> bytes:
    kept = _find(sid)
    if kept.status != "completed":
        raise RestError(20404)
    return media.render(kept.text, min(kept.seconds or 0, media.LONGEST_SECONDS))

"""What programs are shown of each row: named fields only, instants as ISO 8601 with Z."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

_CALL = (
    "id",
    "direction",
    "contact_id",
    "callback_id",
    "contact_number",
    "state",
    "outcome",
    "outcome_source",
    "measured_outcome",
    "talk_seconds",
    "voicemail_seconds",
    "agent_leg_seconds",
    "contact_leg_seconds",
    "answered_by",
    "placed_at",
    "talk_started_at",
    "ended_at",
    "failure",
    "repaired",
    "self_reported",
    "note",
    "version",
)

_CALLBACK = (
    "id",
    "contact_id",
    "contact_number",
    "reason",
    "due_at",
    "snoozed_until",
    "state",
    "turn",
    "attempts",
    "note",
    "opened_at",
    "closed_at",
    "returned_call_id",
    "waive_reason",
)

_VOICEMAIL = (
    "id",
    "call_id",
    "contact_id",
    "callback_id",
    "received_at",
    "seconds",
    "transcript",
    "audio_state",
    "audio_type",
    "audio_problem",
    "heard_at",
)

_CONTACT = (
    "id",
    "name",
    "email",
    "level",
    "note",
    "time_zone",
    "cadence_days",
    "household_id",
    "archived_at",
    "named_by_number",
    "last_talked_at",
    "created_at",
    "updated_at",
    "do_not_call_at",
    "do_not_call_reason",
)


def instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def call(row: Mapping[str, Any]) -> dict[str, Any]:
    return _named(row, _CALL)


def callback(row: Mapping[str, Any], voicemail_ids: Sequence[int]) -> dict[str, Any]:
    return _named(row, _CALLBACK) | {"voicemail_ids": list(voicemail_ids)}


def voicemail(row: Mapping[str, Any]) -> dict[str, Any]:
    return _named(row, _VOICEMAIL)


def contact(
    row: Mapping[str, Any], phones: Sequence[Mapping[str, Any]], blocked: Collection[str], tags: Sequence[str]
) -> dict[str, Any]:
    """`blocked` are the numbers that nobody in the office may call: one of them makes the contact do-not-call."""
    numbers = [{"number": p["number"], "label": p["label"], "extension": p["extension"]} for p in phones]
    do_not_call = row["do_not_call_at"] is not None or any(p["number"] in blocked for p in phones)
    more = {"phones": numbers, "tags": list(tags), "do_not_call": do_not_call}
    return _named(row, _CONTACT) | more | {"archived": row["archived_at"] is not None}


def _named(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: instant(row[name]) if isinstance(row[name], datetime) else row[name] for name in names}

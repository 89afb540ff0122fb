"""The values of the programs' door as JSON Schema. Kept by hand; tests hold them to what is really answered."""

from __future__ import annotations

from typing import Any

from soi_dialer.api.calls import OUTCOMES as SAYABLE
from soi_dialer.api.fields import LARGEST_ID
from soi_dialer.domain import call, callback
from soi_dialer.domain.level import MOST_DAYS
from soi_dialer.domain.names import NOTE_LIMIT
from soi_dialer.domain.team import COLUMNS
from soi_dialer.flows.report_files import DAY_COLUMNS

Schema = dict[str, Any]

ID: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
COUNT: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
NULL_TEXT: Schema = {"type": ["string", "null"]}
NULL_ID: Schema = {"type": ["integer", "null"]}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
NULL_INSTANT: Schema = {"type": ["string", "null"], "format": "date-time"}
DUE: Schema = {
    "type": "string",
    "description": "an instant to come in ISO 8601, with Z or an offset",
    "pattern": r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$",
    "examples": ["2026-11-20T15:00:00Z"],
}
OUTCOMES = sorted({word for words in call.OUTCOMES.values() for word in words})


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def words(*allowed: str | None) -> Schema:
    return {"enum": list(allowed)}


def shown(**properties: Schema) -> Schema:
    """An object of an answer: every property is always there."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def sent(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object of a request: an unknown field is refused by name."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": list(required)} if required else schema


def page_of(name: str) -> Schema:
    return shown(items={"type": "array", "items": ref(name)}, next=NULL_TEXT)


def _longest(length: int, **more: Any) -> Schema:
    return {"type": "string", "maxLength": length, **more}


_PHONE_SENT = sent(
    ("number",),
    number=_longest(1000, description="in any form people write, such as (212) 555-1234", examples=["+12125551234"]),
    label=_longest(1000),
    extension=_longest(1000),
)

_CONTACT_FIELDS: dict[str, Schema] = {
    "name": _longest(5000, minLength=1, examples=["Jane Doe"]),
    "phones": {"type": "array", "items": _PHONE_SENT, "minItems": 1, "maxItems": 20},
    "email": _longest(1000),
    "level": _longest(200, description="a word of the agent's own ladder", default="acquaintance"),
    "note": _longest(NOTE_LIMIT),
    "time_zone": {"type": ["string", "null"], "maxLength": 200, "examples": ["America/Denver"]},
    "cadence_days": {
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": MOST_DAYS,
        "description": "days between two talks, for this person alone; null: what the level says",
    },
    "tags": {
        "type": "array",
        "items": _longest(60, minLength=1),
        "maxItems": 30,
        "description": "words of the agent's own; the same in other letters is the same tag",
        "examples": [["golf", "book club"]],
    },
    "do_not_call": {"type": "boolean", "description": "holds for every number of theirs and for the whole office"},
    "do_not_call_reason": _longest(1000),
}

_ARCHIVED: Schema = {"type": "boolean", "description": "out of lists and of every day's calls, known when they call"}

_DAY = shown(
    date={"type": "string", "format": "date"}, talk_seconds=COUNT, self_reported_seconds=COUNT, connected=COUNT
)
_COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}
_DATE: Schema = {"type": "string", "format": "date"}
_FIGURES = dict.fromkeys(DAY_COLUMNS[1:], COUNT)
_PERCENT: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": 100}
_PROMISES = shown(due=COUNT, kept=COUNT, percent_kept=_PERCENT)
_MEMBER = shown(name=TEXT, **dict.fromkeys(COLUMNS, COUNT), percent_kept=_PERCENT)

SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": {"type": "array", "items": shown(field=TEXT, detail=TEXT)},
        },
    },
    "NewContact": sent(("name", "phones"), **_CONTACT_FIELDS),
    "ContactChange": sent(**_CONTACT_FIELDS, archived=_ARCHIVED),
    "Contact": shown(
        id=ID,
        name=TEXT,
        phones={"type": "array", "items": shown(number=TEXT, label=TEXT, extension=TEXT)},
        email=TEXT,
        level=TEXT,
        note=TEXT,
        time_zone=NULL_TEXT,
        cadence_days={"type": ["integer", "null"]},
        tags={"type": "array", "items": TEXT},
        household_id=NULL_ID,
        archived=FLAG,
        archived_at=NULL_INSTANT,
        named_by_number=FLAG,
        do_not_call=FLAG,
        do_not_call_at=NULL_INSTANT,
        do_not_call_reason=TEXT,
        last_talked_at=NULL_INSTANT,
        created_at=INSTANT,
        updated_at=INSTANT,
    ),
    "NewCall": sent(
        ("contact_id",),
        contact_id=ID,
        phone=_longest(250, description="one of the contact's numbers; the first one when left out"),
        callback_id=ID,
    ),
    "LoggedCall": sent(
        ("contact_id",),
        contact_id=ID,
        phone=_longest(250, description="one of the contact's numbers; the first one when left out"),
        direction={**words("outbound", "inbound"), "default": "outbound"},
        outcome={
            **words("connected", "left_voicemail", "no_answer", "busy"),
            "default": "connected",
            "description": "a call from them that is logged was a conversation: connected",
        },
        minutes={**COUNT, "maximum": 600, "description": "how long you talked; no time when left out"},
        at={**DUE, "description": "when it was, within the last year; now when left out"},
        note=_longest(NOTE_LIMIT),
        follow_up_at={**DUE, "description": "when to come back to them: opens or moves a follow-up"},
    ),
    "CallChange": sent(
        outcome={
            **words(*sorted(SAYABLE)),
            "description": "the agent's own word; the measured one stays beside it",
        },
        note=_longest(NOTE_LIMIT),
        version={**COUNT, "maximum": LARGEST_ID, "description": "the version you read: a later change is a conflict"},
    ),
    "Call": shown(
        id=ID,
        direction=words("outbound", "inbound"),
        contact_id=NULL_ID,
        callback_id=NULL_ID,
        contact_number=NULL_TEXT,
        state=words(*call.STATES),
        outcome=words(*OUTCOMES, None),
        outcome_source=words("measured", "agent", None),
        measured_outcome=words(*OUTCOMES, None),
        talk_seconds={**COUNT, "description": "time really talked, as the carrier measured it, unless self_reported"},
        voicemail_seconds=COUNT,
        agent_leg_seconds=COUNT,
        contact_leg_seconds=COUNT,
        answered_by=NULL_TEXT,
        placed_at=INSTANT,
        talk_started_at=NULL_INSTANT,
        ended_at=NULL_INSTANT,
        failure={**NULL_TEXT, "description": "why it was refused, or what is being checked, in plain words"},
        repaired={**FLAG, "description": "a lost webhook was made good by asking the carrier"},
        self_reported={**FLAG, "description": "made elsewhere: outcome and talk_seconds are the agent's word alone"},
        note=TEXT,
        version=COUNT,
    ),
    "NewCallback": sent(("contact_id", "due_at"), contact_id=ID, due_at=DUE, note=_longest(NOTE_LIMIT)),
    "CallbackChange": sent(due_at=DUE, state=words("waived"), reason=_longest(2000)),
    "Callback": shown(
        id=ID,
        contact_id=NULL_ID,
        contact_number={**NULL_TEXT, "description": "empty with no contact: the caller withheld it"},
        reason=words("voicemail", "missed_call", "text", "requested", "follow_up"),
        due_at=INSTANT,
        snoozed_until={**NULL_INSTANT, "description": "put off: no reminder before then, unless they call or write"},
        state=words(*callback.STATES),
        turn={**words("agent", "contact"), "description": "whose move it is"},
        attempts=COUNT,
        note=TEXT,
        opened_at=INSTANT,
        closed_at=NULL_INSTANT,
        returned_call_id=NULL_ID,
        waive_reason=NULL_TEXT,
        voicemail_ids={"type": "array", "items": ID},
    ),
    "TodayItem": shown(
        id=ID,
        contact_id=ID,
        name=TEXT,
        level=TEXT,
        number=NULL_TEXT,
        is_partner=FLAG,
        reason={**TEXT, "description": "why they are on the list, in a sentence or two"},
        state={**words("open", "called", "skipped", "snoozed"), "description": "called: today, whatever came of it"},
        carried={**FLAG, "description": "left from the list before"},
        call_id={**NULL_ID, "description": "the last call with them today"},
        outcome=words(*OUTCOMES, None),
        until_on={"type": ["string", "null"], "format": "date", "description": "of a snoozed one: not before that day"},
    ),
    "Voicemail": shown(
        id=ID,
        call_id=ID,
        contact_id=NULL_ID,
        callback_id=ID,
        received_at=INSTANT,
        seconds=COUNT,
        transcript=NULL_TEXT,
        audio_state=words("waiting", "stored", "failed"),
        audio_type=NULL_TEXT,
        audio_problem=NULL_TEXT,
        heard_at=NULL_INSTANT,
    ),
    "WeeklyReport": shown(
        week={"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"},
        starts_on={"type": "string", "format": "date"},
        time_zone=TEXT,
        talk_seconds=COUNT,
        self_reported_seconds={**COUNT, "description": "of calls made elsewhere, as agents say; not in talk_seconds"},
        self_reported_calls=COUNT,
        calls=shown(outbound=_COUNTS, inbound=_COUNTS),
        callbacks=shown(opened=COUNT, returned=COUNT, waived=COUNT, still_open=COUNT, returned_within=_COUNTS),
        days={"type": "array", "items": _DAY, "minItems": 7, "maxItems": 7},
    ),
    "SpanReport": shown(
        span=TEXT,
        starts_on=_DATE,
        ends_on={**_DATE, "description": "its last day"},
        time_zone=TEXT,
        total=shown(**_FIGURES),
        planned_talk_seconds={**COUNT, "description": "for the working days of the span so far"},
        planned_conversations=COUNT,
        calls=shown(outbound=_COUNTS, inbound=_COUNTS),
        levels={**_COUNTS, "description": "people talked with, by the level that they have now"},
        messages=shown(received=COUNT, fates=_COUNTS, returned=COUNT, promises=_PROMISES),
        streak_days={**COUNT, "description": "working days in a row with enough past customers"},
        amended_calls={**COUNT, "description": "changed more than a day after the span was over"},
        days={"type": "array", "items": shown(date=_DATE, **_FIGURES)},
    ),
    "TeamReport": shown(
        span=TEXT,
        size={**COUNT, "description": "how many work there now"},
        members={"type": "array", "items": _MEMBER, "description": "a lead sees everybody, others themselves"},
        medians={"anyOf": [_COUNTS, {"type": "null"}], "description": "only for a lead"},
        sums=_COUNTS,
    ),
    **{f"{name}Page": page_of(name) for name in ("Contact", "Call", "Callback", "TodayItem", "Voicemail")},
}

"""The description of the programs' door: OpenAPI 3.1, kept by hand and held to the routes by a test."""

from __future__ import annotations

import functools
from typing import Any

from soi_dialer.api.calls import LONGEST_KEY
from soi_dialer.api.openapi_schemas import ID, SCHEMAS, TEXT, Schema, ref, words
from soi_dialer.api.reading import LARGEST_BODY, MOST_ITEMS, USUAL_ITEMS
from soi_dialer.domain import call, callback
from soi_dialer.domain.team import SORTED_BY

_REFUSALS = {
    "400": "The request cannot be read",
    "401": "A token is needed",
    "404": "Not there, or not yours",
    "409": "A rule forbids it, or something else came first",
    "413": f"The body is larger than {LARGEST_BODY // 1024} KiB",
    "415": "The body is not application/json",
    "422": "A field or parameter is unknown, missing or cannot be used; `errors` names each",
}


def _query(name: str, schema: Schema, description: str = "") -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_LIMIT = _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": USUAL_ITEMS})
_CURSOR = _query("cursor", TEXT, "the `next` of the answer before")
_CONTACT_ID = _query("contact_id", ID)
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    "description": "The same key with the same body answers the call that it placed; with another body it is refused.",
}
_RANGE = {"name": "Range", "in": "header", "required": False, "schema": TEXT, "description": "bytes=0-1023"}


def _answer(description: str, schema: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": ref(schema)}}}


def _operation(
    name: str, summary: str, answers: dict[str, Schema], *, sends: str = "", parameters: tuple[Schema, ...] = ()
) -> Schema:
    refusals = {status: {"$ref": f"#/components/responses/{status}"} for status in _refusals(sends, parameters, name)}
    operation: Schema = {"operationId": name, "summary": summary, "responses": answers | refusals}
    if parameters:
        operation["parameters"] = list(parameters)
    if sends:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref(sends)}}}
    return operation


def _refusals(sends: str, parameters: tuple[Schema, ...], name: str) -> list[str]:
    """Which of the refusals can happen: with a body, with parameters, with a flow that has rules."""
    codes = {"401", "404"}
    codes |= {"400", "413", "415", "422", "409"} if sends else set()
    codes |= {"422"} if parameters else set()
    codes |= {"409"} if name in ("delete_contact", "cancel_call") else set()
    return sorted(codes)


def _one(name: str) -> list[Schema]:
    return [{"name": name, "in": "path", "required": True, "schema": ID}]


def _contacts() -> dict[str, Schema]:
    search = _query(
        "search",
        {"type": "string", "maxLength": 10_000},
        "words of a name, part of a number, an e-mail address or a tag",
    )
    tag = _query("tag", {"type": "string", "maxLength": 200}, "those who carry this tag")
    archived = _query("archived", words("true", "false", "all"), "the archived, the others (usual), or both")
    asked = (search, tag, archived, _CURSOR, _LIMIT)
    page, one = _answer("Contacts by name", "ContactPage"), _answer("The contact", "Contact")
    return {
        "/contacts": {
            "get": _operation("contacts", "Whom you know", {"200": page}, parameters=asked),
            "post": _operation("add_contact", "Add a contact", {"201": one}, sends="NewContact"),
        },
        "/contacts/{contact_id}": {
            "parameters": _one("contact_id"),
            "get": _operation("contact", "One contact", {"200": one}),
            "patch": _operation("edit_contact", "Change what is named", {"200": one}, sends="ContactChange"),
            "delete": _operation("delete_contact", "Delete; calls stay", {"204": {"description": "Deleted"}}),
        },
    }


def _calls() -> dict[str, Schema]:
    state = _query("state", words(*call.STATES))
    page, one = _answer("Calls, the newest first", "CallPage"), _answer("The call", "Call")
    placed = _answer("The agent's phone is being rung", "Call")
    logged = _answer("It is kept, as self-reported", "Call")
    return {
        "/calls": {
            "get": _operation("calls", "Calls", {"200": page}, parameters=(_CONTACT_ID, state, _CURSOR, _LIMIT)),
            "post": _operation("place_call", "Call a contact", {"202": placed}, sends="NewCall", parameters=(_KEY,)),
        },
        "/calls/log": {
            "post": _operation(
                "log_call", "A call made elsewhere", {"201": logged}, sends="LoggedCall", parameters=(_KEY,)
            ),
        },
        "/calls/{call_id}": {
            "parameters": _one("call_id"),
            "get": _operation("call", "One call", {"200": one}),
            "patch": _operation("settle_call", "What came of it, and a note", {"200": one}, sends="CallChange"),
        },
        "/calls/{call_id}/cancel": {
            "parameters": _one("call_id"),
            "post": _operation("cancel_call", "Give the call up", {"202": one}),
        },
    }


def _callbacks() -> dict[str, Schema]:
    state = _query("state", words(*callback.STATES))
    page, one = _answer("Open ones by due time, others newest first", "CallbackPage"), _answer("It", "Callback")
    return {
        "/callbacks": {
            "get": _operation("callbacks", "Debts", {"200": page}, parameters=(state, _CONTACT_ID, _CURSOR, _LIMIT)),
            "post": _operation("open_callback", "Promise to call", {"201": one}, sends="NewCallback"),
        },
        "/callbacks/{callback_id}": {
            "parameters": _one("callback_id"),
            "get": _operation("callback", "One callback", {"200": one}),
            "patch": _operation("change_callback", "Move it, or waive it", {"200": one}, sends="CallbackChange"),
        },
    }


def _voicemails() -> dict[str, Schema]:
    page, one = _answer("Voicemails, the newest first", "VoicemailPage"), _answer("The voicemail", "Voicemail")
    sound = {"audio/*": {"schema": {"type": "string", "contentMediaType": "audio/*"}}}
    audio = {"200": {"description": "The sound", "content": sound}, "206": {"description": "A part", "content": sound}}
    audio["416"] = {"$ref": "#/components/responses/416"}
    hear = _operation("voicemail_audio", "Its sound", audio, parameters=(_RANGE,))
    return {
        "/voicemails": {
            "get": _operation("voicemails", "Voicemails", {"200": page}, parameters=(_CURSOR, _LIMIT)),
        },
        "/voicemails/{voicemail_id}": {
            "parameters": _one("voicemail_id"),
            "get": _operation("voicemail", "One voicemail", {"200": one}),
        },
        "/voicemails/{voicemail_id}/audio": {"parameters": _one("voicemail_id"), "get": hear},
    }


def _today() -> dict[str, Schema]:
    people = _answer("Past customers, then partners, in the order of the list", "TodayItemPage")
    return {"/today": {"get": _operation("today", "Whom to call today, and why", {"200": people})}}


def _reports() -> dict[str, Schema]:
    week = _query("week", {"type": "string", "maxLength": 20, "examples": ["2026-W47"]}, "an ISO week; now by default")
    report = _answer("The week in the agent's time zone", "WeeklyReport")
    names = {"type": "string", "maxLength": 40, "examples": ["2026-11", "2026-Q4", "2026-11-01..2026-11-15"]}
    span = _query("span", names, "a week, a month, a quarter or days; the present week by default")
    said = _query("self_reported", words("true", "false"), "whether calls made elsewhere are counted; true by default")
    days, team = _answer("The figures of these days", "SpanReport"), _answer("The office's figures", "TeamReport")
    sort = _query("sort", words("name", *SORTED_BY), "numbers with the highest first")
    itself = {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}
    return {
        "/reports/weekly": {"get": _operation("weekly_report", "A week", {"200": report}, parameters=(week, said))},
        "/reports/span": {"get": _operation("span_report", "Any days", {"200": days}, parameters=(span, said))},
        "/reports/team": {"get": _operation("team_report", "A team", {"200": team}, parameters=(span, sort, said))},
        "/openapi.json": {"get": _operation("openapi", "This document", itself) | {"security": []}},
    }


@functools.cache
def document() -> dict[str, Any]:
    """The whole document."""
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    refusals = _REFUSALS | {"416": "The range lies outside of the file"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "soi_dialer", "version": "1", "description": "Calls, callbacks and the week of one agent."},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": _contacts() | _calls() | _callbacks() | _voicemails() | _today() | _reports(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {code: {"description": says, "content": problem} for code, says in refusals.items()},
            "schemas": SCHEMAS,
        },
    }

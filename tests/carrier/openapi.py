"""Check a request against Twilio's OpenAPI description: known names, types, and everything required."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EXTRACT = Path(__file__).with_name("twilio_api_extract.json")

_ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
USED = (
    ("post", _ACCOUNT + "/Calls.json"),
    ("get", _ACCOUNT + "/Calls.json"),
    ("get", _ACCOUNT + "/Calls/{Sid}.json"),
    ("post", _ACCOUNT + "/Calls/{Sid}.json"),
    ("get", _ACCOUNT + "/Recordings.json"),
    ("get", _ACCOUNT + "/Recordings/{RecordingSid}/Transcriptions.json"),
    ("post", _ACCOUNT + "/Messages.json"),
    ("get", _ACCOUNT + "/IncomingPhoneNumbers.json"),
    ("post", _ACCOUNT + "/IncomingPhoneNumbers/{Sid}.json"),
    ("get", "/2010-04-01/Accounts/{Sid}.json"),
)
_SCHEMA_KEYS = ("type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum")


@dataclasses.dataclass(frozen=True)
class Sent:
    """A request as the server saw it, decoded."""

    method: str
    path: str
    query: list[tuple[str, str]]
    form: list[tuple[str, str]]


def description() -> dict[str, Any]:
    """The extract beside this file, or the same made from the whole file named by TWILIO_OPENAPI."""
    whole = os.environ.get("TWILIO_OPENAPI")
    if not whole:
        return json.loads(EXTRACT.read_text("utf-8"))
    return extract(json.loads(Path(whole).read_text("utf-8")))


def extract(whole: dict[str, Any]) -> dict[str, Any]:
    """Only the operations that are used, and of those only what a request can be checked by."""
    paths: dict[str, Any] = {}
    for method, path in USED:
        paths.setdefault(path, {})[method] = _operation(whole, whole["paths"][path][method])
    return {
        "origin": "https://github.com/twilio/twilio-oai, spec/json/twilio_api_v2010.json, release 2.6.7",
        "licence": "MIT, Copyright (C) 2023, Twilio, Inc.",
        "paths": paths,
    }


def _operation(whole: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": found["operationId"],
        "parameters": [
            {
                "name": parameter["name"],
                "in": parameter["in"],
                "required": parameter.get("required", False),
                "schema": _schema(whole, parameter["schema"]),
            }
            for parameter in found.get("parameters", [])
        ],
        "success": [int(status) for status in found["responses"] if status.startswith("2")],
    }
    conditional = found.get("x-twilio", {}).get("conditional")
    if conditional:
        operation["conditional"] = conditional
    if "requestBody" in found:
        form = found["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        properties = {name: _schema(whole, schema) for name, schema in form["properties"].items()}
        operation["form"] = {"required": form.get("required", []), "properties": properties}
    return operation


def _schema(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _schema(whole, whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    slim = {key: schema[key] for key in _SCHEMA_KEYS if key in schema}
    if "items" in schema:
        slim["items"] = _schema(whole, schema["items"])
    return slim


def faults(described: dict[str, Any], sent: Sent) -> list[str]:
    """What is wrong with a request; empty when nothing is."""
    for path, methods in described["paths"].items():
        names = re.findall(r"{(\w+)}", path)
        match = re.fullmatch(re.sub(r"{\w+}", "([^/]+)", path.replace(".", r"\.")), sent.path)
        if match and sent.method.lower() in methods:
            operation = methods[sent.method.lower()]
            in_path = list(zip(names, match.groups(), strict=True))
            return (
                _in_place(operation, "path", in_path)
                + _in_place(operation, "query", sent.query)
                + _form(operation, sent)
            )
    return [f"no such operation: {sent.method} {sent.path}"]


def _in_place(operation: dict[str, Any], place: str, values: list[tuple[str, str]]) -> list[str]:
    known = {p["name"]: p for p in operation["parameters"] if p["in"] == place}
    return _check(
        {name: parameter["schema"] for name, parameter in known.items()},
        [name for name, parameter in known.items() if parameter["required"]],
        values,
    )


def _form(operation: dict[str, Any], sent: Sent) -> list[str]:
    form = operation.get("form", {"properties": {}, "required": []})
    wrong = _check(form["properties"], form["required"], sent.form)
    given = {name.lower() for name, _ in sent.form}
    for choice in operation.get("conditional", []):
        if not given & {name.replace("_", "") for name in choice}:
            wrong.append(f"one of {choice} is needed")
    return wrong


def _check(schemas: dict[str, Any], required: list[str], values: list[tuple[str, str]]) -> list[str]:
    wrong = [f"{name} is required" for name in required if name not in dict(values)]
    for name, value in values:
        schema = schemas.get(name)
        if schema is None:
            wrong.append(f"{name} is not known")
            continue
        repeated = sum(1 for other, _ in values if other == name) > 1
        if repeated and schema["type"] != "array":
            wrong.append(f"{name} is repeated")
        wrong += [f"{name}: {reason}" for reason in _value(schema.get("items", schema), value)]
    return wrong


def _value(schema: dict[str, Any], value: str) -> list[str]:
    wrong = []
    if schema["type"] == "integer" and not re.fullmatch(r"-?\d+", value):
        wrong.append("not an integer")
    if schema["type"] == "boolean" and value not in ("true", "false"):
        wrong.append("not a boolean")
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"not one of {schema['enum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append("not of the pattern")
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9):
        wrong.append("too short or too long")
    least, most = schema.get("minimum", -(10**12)), schema.get("maximum", 10**12)
    if schema["type"] == "integer" and not wrong and not least <= int(value) <= most:
        wrong.append("out of range")
    return wrong + _format(schema.get("format"), value)


def _format(name: str | None, value: str) -> list[str]:
    if name == "uri" and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).hostname):
        return ["not an absolute address"]
    if name == "date-time":
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return ["not a time"]
    if name in ("phone-number", "endpoint") and not re.fullmatch(r"\+[1-9]\d{6,14}", value):
        return ["not an E.164 number"]
    return []

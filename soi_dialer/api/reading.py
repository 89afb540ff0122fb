"""From a request to checked values: the body by an allow-list of fields, the query by an allow-list of parameters."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from flask import request

from soi_dialer.api.fields import Reader
from soi_dialer.api.problems import Problem, bad_value

LARGEST_BODY = 256 * 1024
MOST_ITEMS = 200
USUAL_ITEMS = 50


def body(readers: Mapping[str, Reader], *, required: Collection[str] = ()) -> dict[str, Any]:
    """The JSON object of the request. Every wrong, missing and unknown field is named at once."""
    return _checked(_json_object(), readers, required)


def _checked(given: Mapping[str, Any], readers: Mapping[str, Reader], required: Collection[str]) -> dict[str, Any]:
    errors = [(name, "is not a known field") for name in given if name not in readers]
    errors += [(name, "is needed") for name in required if name not in given]
    values: dict[str, Any] = {}
    for name in given.keys() & readers.keys():
        try:
            values[name] = readers[name](given[name])
        except ValueError as error:
            errors.append((name, str(error)))
    if errors:
        raise Problem(422, "bad-value", "; ".join(f"{name}: {why}" for name, why in errors), errors=errors)
    return values


def _json_object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise Problem(415, "unsupported-media-type", "Send the body as application/json.")
    try:
        value = json.loads(request.get_data(cache=False), parse_constant=_refuse, object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise Problem(400, "bad-json", "The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Problem(422, "bad-value", "The body must be a JSON object.")
    return value


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name given twice, two readers would pick different values: neither is right."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name occurs twice")
    return values


def query(readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The query's parameters. A misspelt filter is refused, for leaving it out would answer another question."""
    given = request.args.to_dict(flat=False)
    doubled = [name for name, values in given.items() if len(values) > 1]
    if doubled:
        raise bad_value(doubled[0], "may be given once")
    return _checked({name: values[0] for name, values in given.items()}, readers, ())


def number_in_query(reader: Reader) -> Reader:
    """Parameters are texts; this one is to be digits."""

    def read(value: str) -> Any:
        return reader(int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None)

    return read


def limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= MOST_ITEMS):
        raise ValueError(f"must be from 1 to {MOST_ITEMS}")
    return int(value)

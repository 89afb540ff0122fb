"""Lists: the page envelope, and filters by date. Twilio: paging; Calls, list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from soi_dialer.simulator.rest_errors import RestError

DEFAULT_SIZE = 50
LARGEST_SIZE = 1000


def page(path: str, asked: MultiDict[str, str], name: str, items: list[Any], show: Callable[[Any], Any]) -> dict:
    """One page of `items` in the vendor's envelope. A page's token is the last item of the page before.

    Raises RestError 20007 for a page over 1,000, 20001 for a page that was not asked for by its token.
    """
    size, number = _whole(asked, "PageSize", DEFAULT_SIZE), _whole(asked, "Page", 0)
    if not 1 <= size <= LARGEST_SIZE:
        raise RestError(20007)
    first = _first(asked, number, items)
    shown = items[first : first + size]
    more = len(items) > first + size

    def address(page_number: int, token: str = "") -> str:
        kept = [(k, v) for k, v in asked.items(multi=True) if k not in ("Page", "PageToken", "PageSize")]
        query = [*kept, ("PageSize", str(size)), ("Page", str(page_number))]
        return f"{path}?{urlencode(query + ([('PageToken', token)] if token else []))}"

    previous = items[first - size - 1].sid if first > size else ""
    return {
        name: [show(item) for item in shown],
        "page": number,
        "page_size": size,
        "start": first,
        "end": max(first, first + len(shown) - 1),
        "uri": address(number, asked.get("PageToken", "")),
        "first_page_uri": address(0),
        "previous_page_uri": address(number - 1, f"PA{previous}" if previous else "") if number else None,
        "next_page_uri": address(number + 1, f"PA{shown[-1].sid}") if more else None,
    }


def _first(asked: MultiDict[str, str], number: int, items: list[Any]) -> int:
    token = asked.get("PageToken", "")
    if not token:
        if number:
            raise RestError(20001, "Page needs its PageToken")
        return 0
    return next((index + 1 for index, item in enumerate(items) if f"PA{item.sid}" == token), len(items))


def _whole(asked: MultiDict[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise RestError(20001, f"{name} is not a number")
    return int(text)


def matching(items: Iterable[Any], asked: MultiDict[str, str], fields: dict[str, str]) -> list[Any]:
    """The items whose attributes equal what was asked for; `fields` names the attribute of each parameter."""
    wanted = {attribute: asked[name] for name, attribute in fields.items() if asked.get(name)}
    return [item for item in items if all(getattr(item, a) == value for a, value in wanted.items())]


def between(items: list[Any], asked: MultiDict[str, str], name: str, attribute: str) -> list[Any]:
    """Filter by `Name=` (that UTC day), `Name<=` (before) and `Name>=` (at or after), as the library writes them."""
    for suffix, test in (("", _same_day), ("<", _before), (">", _not_before)):
        if text := asked.get(name + suffix):
            at = _instant(name + suffix, text)
            items = [i for i in items if getattr(i, attribute) and test(getattr(i, attribute), at)]
    return items


def _same_day(value: datetime, at: datetime) -> bool:
    return at <= value < at + timedelta(days=1)


def _before(value: datetime, at: datetime) -> bool:
    return value < at


def _not_before(value: datetime, at: datetime) -> bool:
    return value >= at


def _instant(name: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RestError(20001, f"{name} is not a date") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

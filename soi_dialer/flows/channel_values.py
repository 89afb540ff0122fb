"""By which channels an agent wants to be reminded, as typed: checked once, whichever door it came through."""

from __future__ import annotations

from collections.abc import Iterable

from soi_dialer.flows.errors import BadValue
from soi_dialer.notify import apprise_urls
from soi_dialer.notify.channels import PLAIN

LONGEST = 500


def read_channels(typed: Iterable[str], *, allow_private: bool = False) -> str:
    """The column's value, each channel once.

    Raises `BadValue` for none, for one that is neither of `PLAIN` nor an address that Apprise knows, for one in the
    server's own network unless `allow_private`, and for too many.
    """
    chosen = dict.fromkeys(_read(one.strip(), allow_private) for one in typed if one.strip())
    if not chosen:
        raise BadValue(f"Choose at least one channel: {', '.join(sorted(PLAIN))}, or an address.", "channels")
    value = ",".join(chosen)
    if len(value) > LONGEST:
        raise BadValue(f"All channels together have at most {LONGEST} characters.", "channels")
    return value


def _read(one: str, allow_private: bool) -> str:
    if not apprise_urls.is_url(one):
        if one.lower() not in PLAIN:
            raise BadValue(f"Channels are some of {', '.join(sorted(PLAIN))}, with commas between.", "channels")
        return one.lower()
    one = one.replace(",", "%2C")  # a comma stands between channels
    try:
        apprise_urls.check(one, allow_private=allow_private)
    except ValueError as error:
        raise BadValue(str(error), "channels") from None
    return one

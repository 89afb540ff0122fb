"""Whatever Apprise reaches: a channel that is an address, such as `ntfy://topic` or `slack://…`.

The library is large, so it is imported with the first such channel. Channels that would show something on the server's
own screen or in its log reach no agent and are refused.
"""

from __future__ import annotations

import functools
import warnings
from types import ModuleType
from typing import Any

from soi_dialer.notify.message import Message, NotSent

LONGEST_URL = 300

_OF_THE_SERVER = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})

_BAD = "That is not an address that Apprise knows, such as ntfy://topic or slack://…"
_FAILED = "The service behind the address did not take the message."


def is_url(channel: str) -> bool:
    return "://" in channel


def service(url: str) -> str:
    """The service's name alone: the rest of such an address is a secret."""
    return url.partition("://")[0][:20]


def check(url: str) -> None:
    """Raises ValueError with a sentence when nothing can be sent to this address. Nothing is contacted."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"An address for reminders has at most {LONGEST_URL} characters.")
    _target(url)


def send_by(url: str, message: Message) -> None:
    """Hand the message to the service.

    Raises:
        NotSent: the address is none, or the service did not take it.
    """
    try:
        target = _target(url)
    except ValueError as error:
        raise NotSent(str(error), may_retry=False) from None
    link = "".join(f"\n{link.url}" for link in message.links[:1])
    try:
        taken = target.notify(title=message.subject, body=f"{message.short}{link}")
    except Exception:  # a plug-in may fail in any way; its words may hold the address
        raise NotSent(_FAILED, may_retry=True) from None
    if not taken:
        raise NotSent(_FAILED, may_retry=True)


def _target(url: str) -> Any:
    if service(url).lower() in _OF_THE_SERVER:
        raise ValueError("That would show reminders on the server, where you do not see them.")
    library = _library()
    asset = library.AppriseAsset(async_mode=False, app_id="soi_dialer", app_desc="soi_dialer")
    target = library.Apprise(asset=asset)
    if not target.add(url):
        raise ValueError(_BAD)
    return target


@functools.cache
def _library() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old modules that some of its many plug-ins use
        import apprise

        apprise.Apprise.instantiate("json://localhost")  # loads the plug-ins
    return apprise

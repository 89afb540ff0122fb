"""Whatever Apprise reaches: a channel that is an address, such as `ntfy://topic` or `slack://…`.

The library is large, so it is imported with the first such channel. Only services that are known to work over the web
or by mail are taken: others would show something on the server's own screen, or cannot be kept from its network.
"""

from __future__ import annotations

import functools
import warnings
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from soi_dialer.notify.message import Message, NotSent
from soi_dialer.notify.own_network import leads_inside, outside_only

LONGEST_URL = 300

_WITH_THEIR_OWN_SERVERS = frozenset(
    "betterstack discord gchat groupme ifttt join line opsgenie pagerduty pbul pover prowl psafer psafers pushed pushy "
    "signl4 simplepush slack spush tgram threema twist webex whatsapp wxteams zulip".split()
)
_PLAIN_OR_SECURE = "apprise bark form gotify hassio json mailto matrix mmost nctalk ntfy rocket signal synology xml"
_AT_A_HOST = frozenset(name + s for name in _PLAIN_OR_SECURE.split() for s in ("", "s")) | {"workflow", "workflows"}
"""Services whose address names the server that is to be asked."""

_BAD = "That is not an address that Apprise knows, such as ntfy://topic or slack://…"
_UNKNOWN = "Reminders do not go to that kind of service. Use one such as ntfy, slack, discord, tgram, mailto or json."
_INSIDE = "That address lies in the server's own network. Whoever runs the server may allow it: ALLOW_PRIVATE_NOTIFY."
_FAILED = "The service behind the address did not take the message."


def is_url(channel: str) -> bool:
    return "://" in channel


def service(url: str) -> str:
    """The service's name alone: the rest of such an address is a secret."""
    return url.partition("://")[0][:20]


def check(url: str, *, allow_private: bool = False) -> None:
    """Raises ValueError with a sentence when nothing can be sent to this address. Nothing is contacted.

    `allow_private`: an address in the server's own network will do.
    """
    if len(url) > LONGEST_URL:
        raise ValueError(f"An address for reminders has at most {LONGEST_URL} characters.")
    _target(url)
    if not allow_private and service(url).lower() in _AT_A_HOST and leads_inside(_host(url)):
        raise ValueError(_INSIDE)


def send_by(url: str, message: Message, *, allow_private: bool = False) -> None:
    """Hand the message to the service.

    Raises:
        NotSent: the address is none or not allowed, or the service did not take it.
    """
    try:
        target = _target(url)
    except ValueError as error:
        raise NotSent(str(error), may_retry=False) from None
    if allow_private:
        return _hand_over(target, message)
    with outside_only() as refused:
        try:
            _hand_over(target, message)
        except NotSent:
            if refused:
                raise NotSent(_INSIDE, may_retry=False) from None
            raise


def _hand_over(target: Any, message: Message) -> None:
    link = "".join(f"\n{link.url}" for link in message.links[:1])
    try:
        taken = target.notify(title=message.subject, body=f"{message.short}{link}")
    except Exception:  # a plug-in may fail in any way; its words may hold the address
        raise NotSent(_FAILED, may_retry=True) from None
    if not taken:
        raise NotSent(_FAILED, may_retry=True)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _target(url: str) -> Any:
    if service(url).lower() not in _WITH_THEIR_OWN_SERVERS | _AT_A_HOST:
        raise ValueError(_UNKNOWN)
    library = _library()
    asset = library.AppriseAsset(async_mode=False, app_id="soi_dialer", app_desc="soi_dialer")
    # The plug-in itself, which works in the thread that asks; the library's own `notify` may use others.
    target = library.Apprise.instantiate(url, asset=asset)
    if target is None:
        raise ValueError(_BAD)
    return target


@functools.cache
def _library() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old modules that some of its many plug-ins use
        import apprise

        apprise.Apprise.instantiate("json://localhost")  # loads the plug-ins
    return apprise

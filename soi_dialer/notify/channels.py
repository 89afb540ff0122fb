"""Which channel is which. `page` needs nothing to be sent: the page shows what is owed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from soi_dialer.notify import apprise_urls
from soi_dialer.notify.email import send_mail
from soi_dialer.notify.message import Message, NotSent

PAGE, SMS, EMAIL, PHONE = "page", "sms", "email", "phone"
PLAIN = (PAGE, SMS, EMAIL, PHONE)
_LABELS = {PAGE: "page", SMS: "text message", EMAIL: "e-mail", PHONE: "phone call"}


@dataclasses.dataclass(frozen=True, slots=True)
class Ways:
    """How to reach agents here. `text` and `ring` ask the carrier; like everything here they raise `NotSent`."""

    smtp_url: str
    text: Callable[[Mapping[str, Any], Message], None]
    ring: Callable[[Mapping[str, Any], Message], None]
    allow_private: bool = False  # addresses in the server's own network will do


def chosen(channels: str) -> list[str]:
    """The channels of an agent's row, each once."""
    return list(dict.fromkeys(part.strip() for part in channels.split(",") if part.strip()))


def that_carry_text(channels: str) -> list[str]:
    """Those of an agent's channels on which a message can be read later: neither the page nor a ringing phone."""
    return [channel for channel in chosen(channels) if channel not in (PAGE, PHONE)]


def label(channel: str) -> str:
    """The channel in words, without the secret that an address may hold."""
    return _LABELS.get(channel) or apprise_urls.service(channel)


def send(channel: str, agent: Mapping[str, Any], message: Message, ways: Ways) -> None:
    """Tell the agent by this channel.

    Raises:
        NotSent: with a reason, and whether it may be tried again.
    """
    if channel == PAGE:
        return
    if channel == SMS:
        ways.text(agent, message)
    elif channel == EMAIL:
        send_mail(ways.smtp_url, agent["email"], message)
    elif channel == PHONE:
        ways.ring(agent, message)
    elif apprise_urls.is_url(channel):
        apprise_urls.send_by(channel, message, allow_private=ways.allow_private)
    else:
        raise NotSent(f'There is no way to reach anybody by "{channel[:40]}".', may_retry=False)

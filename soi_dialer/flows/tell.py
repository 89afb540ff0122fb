"""Tell an agent something by one channel: the carrier's part in it, and what its refusals mean here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from soi_dialer.carrier.errors import Refused, Unsure
from soi_dialer.dialer import Dialer
from soi_dialer.flows.phone_reminder import ring_reminder
from soi_dialer.notify import channels
from soi_dialer.notify.message import Message, NotSent

STOPPED = 21610
"""The number answered STOP to one of our texts (Twilio: error 21610)."""

LONGEST_TEXT = 320
"""Characters: two or three parts of a text message."""

_STOPPED_WORDS = "Your phone answered STOP to our texts. Send START to our number, then switch texts on again."
_UNSURE_WORDS = "It is not known whether the text was sent, so it was not sent again."


def tell(dialer: Dialer, channel: str, agent: Mapping[str, Any], message: Message) -> None:
    """Send the message to this agent.

    Raises:
        NotSent: with the reason for the agent, and whether it may be tried again.
    """
    ways = channels.Ways(
        smtp_url=dialer.settings.smtp_url,
        text=lambda to, said: _text(dialer, to, said),
        ring=lambda to, said: ring_reminder(dialer, to, said),
        allow_private=dialer.settings.allow_private_notify,
    )
    channels.send(channel, agent, message, ways)


def _text(dialer: Dialer, agent: Mapping[str, Any], message: Message) -> None:
    """One text. A second one after an unknown answer might be the same again, so there is none."""
    from_ = agent["twilio_number"] or dialer.settings.twilio_phone_number
    if not from_:
        raise NotSent("There is no number to send texts from. Set TWILIO_PHONE_NUMBER.", may_retry=False)
    try:
        dialer.carrier.send_message(agent["phone"], from_, text_of(message))
    except Unsure:
        raise NotSent(_UNSURE_WORDS, may_retry=False, is_silent=True) from None
    except Refused as error:
        if error.code == STOPPED:
            raise NotSent(_STOPPED_WORDS, may_retry=False, is_off=True) from None
        raise NotSent(error.reason, may_retry=error.may_retry) from None


def text_of(message: Message) -> str:
    """The short words and the first link, which is never cut."""
    link = f" {message.links[0].url}" if message.links else ""
    return message.short[: max(0, LONGEST_TEXT - len(link))] + link

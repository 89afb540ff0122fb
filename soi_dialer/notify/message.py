"""What an agent is told, the same for every channel, and the word for "it was not told"."""

from __future__ import annotations

import dataclasses
from datetime import datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """Something that the reader may open."""

    label: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that stands in the HTML of a mail as `cid:name`."""

    name: str
    png: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """One message to one agent.

    `short` is for a text message and a lock screen: it names nobody but by first name. `text` is for e-mail, several
    lines. `callback_id` is what it is about, for the channel that rings. `key` is the same when it is sent again, so
    that a mail program shows it once. `html` is a whole page that says in a mail what `text` does, with `pictures`.
    """

    subject: str
    text: str
    short: str
    links: tuple[Link, ...] = ()
    callback_id: int | None = None
    key: str = ""
    at: datetime | None = None
    html: str = ""
    pictures: tuple[Picture, ...] = ()


class NotSent(Exception):
    """The agent was not told. `reason` is a sentence for them; `may_retry` says that later may be better.

    `is_off` says that this channel refuses us until the agent changes something; `is_silent` that it did not answer in
    time, which the next message need not wait for as well; `may_have_arrived` that all of it was handed over and only
    the answer is missing.
    """

    def __init__(
        self,
        reason: str,
        *,
        may_retry: bool,
        is_off: bool = False,
        is_silent: bool = False,
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_retry = may_retry
        self.is_off = is_off
        self.is_silent = is_silent
        self.may_have_arrived = may_have_arrived

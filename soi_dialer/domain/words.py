"""What is said aloud to the agent and to callers: plain sentences, ready for a speech program.

Nothing here is ever played to a contact on a call that the agent placed; a caller hears only the greeting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from soi_dialer.domain import names

MOST_SPOKEN = 240
"""Characters of one remembered thing that are read out; nobody listens to more before pressing a key."""

MOST_FACTS = 4

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def screen_words(contact_name: str, last_talked_on: date | None, fact: str, today: date) -> str:
    """Said to the agent before the contact is rung: who, when they last talked, one thing to remember, the keys."""
    return f"{_introduction(contact_name, last_talked_on, fact, today)} Press 1 to connect, 2 to hear more."


def more_words(contact_name: str, last_talked_on: date | None, facts: Sequence[str], note: str, today: date) -> str:
    """Key 2: the other things to remember (the newest first, as given) and the note; then the keys again."""
    known = [_sentence(text) for text in (*facts[:MOST_FACTS], note)]
    told = " ".join(sentence for sentence in known if sentence) or "There is nothing more written down."
    return f"{_introduction(contact_name, last_talked_on, '', today)} {told} Press 1 to connect, or hang up."


def whisper_words(
    contact_name: str, last_talked_on: date | None = None, fact: str = "", today: date | None = None
) -> str:
    """Said to the agent alone when a call comes in. An empty name is a hidden number."""
    if not contact_name:
        return "A call from a hidden number. Press 1 to take it."
    about = _introduction(contact_name, last_talked_on, fact, today) if today else _named(contact_name)
    return f"A call from {about} Press 1 to take it."


def wrap_up_words(reached: bool) -> str:
    """After the contact's phone: what happened, by key. `reached` says whether somebody or something answered."""
    keys = "3 to be reminded tomorrow, 4 to record a note"
    if reached:
        return f"Press 1 if you talked, 2 if you left a message, {keys}."
    return f"There was no answer. Press {keys}, or hang up."


def greeting_words(agent_name: str) -> str:
    """What a caller hears before leaving a message."""
    return (
        f"You have reached {_spoken(agent_name)}. I cannot take your call right now. "
        "Please leave a message after the tone, and I will call you back."
    )


def goodbye_words() -> str:
    """To a caller who has left a message."""
    return "Thank you. I will call you back. Goodbye."


def already_handled_words() -> str:
    """For a key that comes again or too late."""
    return "This call has already been connected or has ended. Goodbye."


def blocked_words(reason: str) -> str:
    """Why the contact is not rung after all; `reason` is a sentence."""
    return f"This call was not placed. {_sentence(reason)} Goodbye."


def note_words() -> str:
    """Before the agent speaks a note."""
    return "Speak your note after the tone. Press the pound key when you are done."


def kept_words() -> str:
    """After a wrap-up key or a note."""
    return "Noted. Goodbye."


def speakable(name: str) -> str:
    """A name as it is to be spoken: a person named by number is read digit by digit, "2 1 2, 5 5 5, 1 2 3 4"."""
    name = names.visible_line(name, MOST_SPOKEN)
    if any(character.isalpha() for character in name) or len(re.findall(r"\d", name)) < 7:
        return name
    return ", ".join(" ".join(group) for group in re.findall(r"\d+", name))


def talked_words(last_talked_on: date | None, today: date) -> str:
    """When they last talked, as one says it: "You last talked in March"."""
    if last_talked_on is None:
        return "You have not talked yet"
    days = (today - last_talked_on).days
    if days <= 0:
        return "You last talked today"
    if days == 1:
        return "You last talked yesterday"
    if days < 7:
        return f"You last talked on {_WEEKDAYS[last_talked_on.weekday()]}"
    if days < 14:
        return "You last talked last week"
    if days < 35:
        return f"You last talked {days // 7} weeks ago"
    month = _MONTHS[last_talked_on.month - 1]
    # "In March" is the March just past; a year ago or more it needs its year.
    return f"You last talked in {month}" if days < 330 else f"You last talked in {month} {last_talked_on.year}"


def _introduction(contact_name: str, last_talked_on: date | None, fact: str, today: date) -> str:
    talked = talked_words(last_talked_on, today)
    remembered = _sentence(fact)
    return f"{_named(contact_name)} {talked}; {remembered}" if remembered else f"{_named(contact_name)} {talked}."


def _named(contact_name: str) -> str:
    return _spoken(contact_name) + "."


def _spoken(name: str) -> str:
    return speakable(name).rstrip(" .,;:") or "somebody without a name"


def _sentence(text: str) -> str:
    """One spoken sentence with its full stop; long text ends at a whole word. "" stays ""."""
    text = names.visible_line(text, MOST_SPOKEN + 1)
    if len(text) > MOST_SPOKEN:
        text = text[:MOST_SPOKEN].rpartition(" ")[0] or text[:MOST_SPOKEN]
    text = text.rstrip(" .,;:")
    return text if not text or text[-1] in "!?" else text + "."

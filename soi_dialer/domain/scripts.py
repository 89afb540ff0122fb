"""Words to say: ours, until an agent writes their own. They are read by the agent alone and never played to anybody."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from soi_dialer.domain import names

LONGEST = 2000
"""Characters of one text."""

PLACEHOLDERS = {
    "{name}": "their first name",
    "{my_name}": "your name",
    "{my_number}": "the number that they can call you back at",
}

_BRACES = re.compile(r"\{[^{}\n]*\}|[{}]")


class BadScript(ValueError):
    """A text that cannot be used. One line, for the person who wrote it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """One text: `label` heads it in the settings, `hint` says where it is shown; of `questions` each line is one."""

    name: str
    label: str
    hint: str
    text: str
    questions: bool = False


_ALL = (
    Script(
        "house", "Catch up: the house", "One question a line.",
        "How is the house treating you?\nDid you get around to the project you had in mind?", True,
    ),
    Script(
        "neighborhood", "Catch up: the neighborhood", "One question a line.",
        "What is new on your street?\nWould you still pick that part of town?", True,
    ),
    Script(
        "child", "Catch up: the children", "One question a line.",
        "How are the kids?\nWhat are they up to this year?", True,
    ),
    Script(
        "work", "Catch up: work", "One question a line.",
        "How is work?\nAnything new with the job?", True,
    ),
    Script(
        "known", "Catch up: what you know already", "For what they told you before; {it} is what you noted.",
        "“{it}”: how is that going?",
    ),
    Script(
        "opening_house", "Opening: adding to the house", "When they talk of an addition or a renovation.",
        "Have you thought about paying for it from the equity in the house? I can run the numbers for you.",
    ),
    Script(
        "opening_child", "Opening: a child leaves home", "When a child goes to college or moves out.",
        "Will the house still fit once they are gone? I can look at what a move would mean, without any hurry.",
    ),
    Script(
        "opening_job", "Opening: a new job", "When somebody changes jobs or is promoted.",
        "Congratulations! Does it change where you want to live, or what you pay each month?",
    ),
    Script(
        "opening_date", "Opening: a date comes near", "A loan that resets, a fixed rate that ends, an anniversary.",
        "That date is coming up. Shall I go through it with you before it does?",
    ),
    Script(
        "ask", "The ask", "Folded away until you have caught up.",
        "I am glad that we talked. When you hear of somebody who thinks of buying or refinancing, "
        "would you tell them about me, {name}?",
    ),
    Script(
        "voicemail", "Words for a voicemail", "Shown while their phone rings, for you to say. Nothing is ever played.",
        "Hi {name}, it's {my_name}. I was thinking of you and wanted to hear how you are. No need to hurry: "
        "call me when you have a minute at {my_number}. Talk soon!",
    ),
)  # fmt: skip

SCRIPTS: dict[str, Script] = {script.name: script for script in _ALL}
"""By name, in the order in which the settings show them."""


def placeholders(name: str) -> dict[str, str]:
    """What may stand in braces in the text of that name, and what it becomes."""
    return PLACEHOLDERS | ({"{it}": "what you noted"} if name == "known" else {})


def clean(name: str, text: str) -> str:
    """The text as it is kept; "" when nothing visible is in it, which means ours.

    Raises:
        BadScript: it is too long, or has braces around what is no placeholder of this text.
    """
    try:
        text = names.clean_note(text, limit=LONGEST)
    except names.BadNote:
        raise BadScript(f"“{SCRIPTS[name].label}” can have {LONGEST:,} characters at most.") from None
    known = placeholders(name)
    strange = next((found for found in _BRACES.findall(text) if found not in known), None)
    if strange is not None:
        raise BadScript(f"“{SCRIPTS[name].label}” has {strange[:40]}. What can stand there is {', '.join(known)}.")
    return text


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder replaced; `values` are by placeholder, such as "{name}".

    What is put in is never read for placeholders again, and one without a value leaves nothing behind.
    """
    said = _BRACES.sub(lambda found: values.get(found[0], "") if found[0].startswith("{") else found[0], text)
    return re.sub(r"[ \t]+([,.!?])", r"\1", re.sub(r"[ \t]{2,}", " ", said)).strip()


def texts(own: Mapping[str, str]) -> dict[str, str]:
    """Every text by name: the agent's own where there is one, ours otherwise."""
    return {name: own.get(name) or script.text for name, script in SCRIPTS.items()}

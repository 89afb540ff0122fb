"""How a good talk goes: catch up first, listen for an opening, and only then ask. Pure rules for the page of a call.

The ask stays locked until something was learnt about their house, neighborhood, children or work, in this call or the
one before: whoever leads with the ask is a salesperson, whoever catches up first is a friend.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from soi_dialer.domain import scripts
from soi_dialer.domain.today import next_return

CATCH_UP = {"house": "House", "neighborhood": "Neighborhood", "child": "Children", "work": "Work"}
"""What to catch up on, by kind of fact, in the order in which one asks."""

OTHER_NAMES = {"family": "child", "home": "house", "job": "work"}
"""Kinds of facts from elsewhere that are about the same."""

SHOWN_KNOWN = 2
"""So many questions of each kind come from what is known; the newest is asked first."""

NEAR = timedelta(days=30)
DATE_LEAD = timedelta(days=14)
FOLLOW_UP = timedelta(days=7)


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """A chance to help, as one hears it in a talk. One with a `date` asks for the day that it is about."""

    name: str
    label: str
    fact: str
    script: str
    asks_date: bool = False


OPENINGS = {
    one.name: one
    for one in (
        Opening("house", "Add to the house", "May add to the house: equity", "opening_house"),
        Opening("child", "Child leaves home", "A child leaves home: may move", "opening_child"),
        Opening("job", "New job", "New job: may move or refinance", "opening_job"),
        Opening("date", "A date", "A date comes near: loan, rate or anniversary", "opening_date", asks_date=True),
    )
}


@dataclasses.dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with them: its call, and whether the agent asked for a referral in it."""

    call_id: int
    asked: bool = False


def caught_up(call_id: int | None, talks: Sequence[Talk], learnt_in: Iterable[int]) -> bool:
    """Whether something was noted in this call, or in the talk before it. `talks` are the newest first.

    `learnt_in` are the calls in which something to catch up on was noted; `call_id` None is before a call.
    """
    learnt = set(learnt_in)
    before = next((talk.call_id for talk in talks if talk.call_id != call_id), None)
    return call_id in learnt or before in learnt


def talks_since_ask(call_id: int | None, talks: Sequence[Talk]) -> tuple[int, bool]:
    """How many talks before this one came after the last ask, and whether there was an ask among them at all."""
    count = 0
    for talk in talks:
        if talk.call_id == call_id:
            continue
        if talk.asked:
            return count, True
        count += 1
    return count, False


def led_with_the_ask(asked: bool, has_caught_up: bool) -> bool:
    """Asked before anything was learnt: said gently, for the next time."""
    return asked and not has_caught_up


def follow_up_on(opening: str, about_on: date | None, today: date) -> date:
    """When to come back to it: a week from now, or two weeks before the day that it is about; tomorrow at the least."""
    if about_on is None or not OPENINGS[opening].asks_date:
        return today + FOLLOW_UP
    return max(today + timedelta(days=1), about_on - DATE_LEAD)


def opening_note(opening: str, about_on: date | None) -> str:
    """What the follow-up says; the fact has its day beside it."""
    text = OPENINGS[opening].fact
    return f"{text} ({about_on:%B} {about_on.day}, {about_on.year})" if about_on else text


def is_near(month_day: int | None, today: date) -> int | None:
    """In how many days what comes again each year comes again, when that is within a month; else None, also for what
    is no day of a year."""
    try:
        days = (next_return(month_day or 0, today) - today).days
    except ValueError:
        return None
    return days if days <= NEAR.days else None


_CHILDREN = (
    "son", "daughter", "sons", "daughters", "kids", "kid", "children", "child", "twins", "baby", "boy", "girl", "boys",
    "girls", "grandson", "granddaughter", "grandchildren", "youngest", "oldest", "eldest",
)  # fmt: skip
_PLURAL = frozenset({"sons", "daughters", "kids", "children", "twins", "boys", "girls", "grandchildren"})
_DOING = (
    (("college", "university", "campus", "freshman", "sophomore"), "at college"),
    (("kindergarten", "preschool", "daycare"), "in kindergarten"),
    (("school", "grade"), "at school"),
    (("soccer", "football", "baseball", "basketball", "hockey", "tennis", "varsity", "swim", "swimming"), "in sports"),
    (("piano", "violin", "guitar", "choir", "band", "music"), "with the music"),
    (("license", "driving", "drives"), "behind the wheel"),
    (("job", "work", "works", "working", "intern", "internship"), "in the job"),
    (("army", "navy", "marines", "deployed"), "in the service"),
)
_NO_NAMES = frozenset(
    "The Their They His Her Hers He She It Its We Our My I You Your A An And Has Have Is Are Was In On At New Little"
    " January February March April May June July August September October November December"
    " Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Thanksgiving Starts Started Wants Plays Got"
    " Going Went Just Only Both All One Two Three Four Five No Not Expecting Moved Moves Goes Learned".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


def child_question(text: str) -> str | None:
    """A question about a child from what was noted: "Emma starts college" asks how Emma is doing at college.

    None when neither a name nor a child can be made out: then what was noted is asked about as it stands.
    """
    found = _WORD.findall(text)
    lower = [word.lower() for word in found]
    relation = next((word for word in lower if word in _CHILDREN), None)
    name = next((_bare(word) for word in found if _is_name(word)), None)
    if relation is None and name is None:
        return None
    who = name or ("the baby" if relation == "baby" else f"your {relation}")
    doing = next((phrase for keys, phrase in _DOING if any(key in lower for key in keys)), "")
    verb = "are" if name is None and relation in _PLURAL else "is"
    return f"How {verb} {who} doing{' ' + doing if doing else ''}?"


def _is_name(word: str) -> bool:
    known = word.lower() in _CHILDREN or any(word.lower() in keys for keys, _ in _DOING)
    return word[0].isupper() and word[1:].islower() and len(word) > 2 and not known and _bare(word) not in _NO_NAMES


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word)


def questions(kind: str, known: Sequence[str], texts: Mapping[str, str], values: Mapping[str, str]) -> list[str]:
    """What to ask about one kind: first what is known, the newest first, and ours or the agent's own after it.

    With something known one general question is enough. `values` are those of the placeholders.
    """
    asked = [_known_question(kind, text, texts["known"], values) for text in known[:SHOWN_KNOWN]]
    general = [scripts.filled(line, values) for line in texts[kind].splitlines() if line.strip()]
    return asked + (general[:1] if asked else general)


def _known_question(kind: str, text: str, template: str, values: Mapping[str, str]) -> str:
    drawn = child_question(text) if kind == "child" else None
    return drawn or scripts.filled(template, {**values, "{it}": text.rstrip(" .!?")})

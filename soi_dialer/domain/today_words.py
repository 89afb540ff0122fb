"""Why somebody is on the day's list, in a sentence or two."""

from __future__ import annotations

from datetime import date

from soi_dialer.domain.today import Candidate, Near, is_early

LONGEST = 200
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_RETURNS = {"closing": "Your anniversary call: closed", "birthday": "Birthday", "loan_date": "Loan date"}


def reason(one: Candidate, on: date) -> str:
    """The reason for this person on that day, at most 200 characters."""
    said = [part for part in (_promised(one), _near(one, on), _opening(one), _quiet(one, on)) if part]
    if is_early(one, on) and one.touched_on is not None:
        said = ["Nobody is overdue, so there is time for this one.", *said]
    return _fitted(said)


def _fitted(said: list[str]) -> str:
    kept = said[0][:LONGEST]
    for part in said[1:]:
        if len(kept) + 1 + len(part) <= LONGEST:
            kept = f"{kept} {part}"
    return kept


def _promised(one: Candidate) -> str:
    if one.put_off_on is not None:
        return "You put this off until now."
    return "Left from your last list." if one.left_on is not None else ""


def _near(one: Candidate, on: date) -> str:
    return _day_words(min(one.near, key=lambda near: near.on), on) if one.near else ""


def _day_words(near: Near, on: date) -> str:
    what = _RETURNS.get(near.kind, near.kind.replace("_", " ").capitalize())
    ahead = (near.on - on).days
    when = {0: "today", 1: "tomorrow"}.get(ahead, f"on {day_text(near.on)}")
    if near.kind == "closing" and near.since is not None:
        return f"{what} on {day_text(near.since)} {_years_ago(near.on.year - near.since.year)}."
    if near.kind == "closing":
        return f"Your anniversary call: the closing comes round {when}."
    text = f": {near.text}" if near.kind != "birthday" and near.text else ""
    return f"{what} {when}{text}"[: LONGEST - 1].rstrip(".") + "."


def _opening(one: Candidate) -> str:
    said = one.opening[:120].rstrip(". ")
    return said[:1].upper() + said[1:] + ("" if said.endswith(("?", "!", "…")) else ".") if said else ""


def _quiet(one: Candidate, on: date) -> str:
    usual = "every day" if one.days == 1 else f"every {one.days}"
    if one.touched_on is None:
        return _not_yet((on - one.known_on).days, is_early(one, on))
    days = (on - one.touched_on).days
    is_mates = one.household_id is not None and one.own_touched_on != one.touched_on
    whom = " with somebody in their household" if is_mates else ""
    return f"{_days(days)} since you talked{whom}, usually {usual}."


def _not_yet(days: int, early: bool) -> str:
    if days == 0:
        return "New to your contacts: say a first hello."
    known = f"They have been in your contacts for {_days(days)}"
    return f"{known}: a good day for a first hello." if early else f"You have not talked yet. {known}."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _years_ago(years: int) -> str:
    if years <= 0:
        return "this year"
    words = _NUMBERS[years] if years < len(_NUMBERS) else str(years)
    return "a year ago" if years == 1 else f"{words} years ago"


def day_text(on: date) -> str:
    """ "May 3"."""
    return f"{_MONTHS[on.month - 1]} {on.day}"

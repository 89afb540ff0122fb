"""Levels: how close somebody is, as rungs of a ladder that the agent may change, each with days between two talks.

Partners stand beside the ladder: they send customers and are no past customers. A level that is on nobody's ladder
(an import may say anything) counts as the first rung, so that nobody is forgotten for a word.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

LONGEST_NAME = 40
MOST_RUNGS = 12
MOST_DAYS = 730


@dataclasses.dataclass(frozen=True, slots=True)
class Rung:
    """One level. `days` is how long it may be quiet between two talks before a call is due."""

    name: str
    days: int
    is_partner: bool = False


Ladder = tuple[Rung, ...]
"""The rungs from the most distant to the closest, partners among them; never empty, and not of partners alone."""

DEFAULT_LADDER: Ladder = (
    Rung("customer", 90),
    Rung("acquaintance", 90),
    Rung("friend", 60),
    Rung("advocate", 30),
    Rung("referral partner", 14, is_partner=True),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Preset:
    """A common choice of days, from the most distant rung to the closest, and for partners."""

    key: str
    label: str
    days: tuple[int, ...]
    partner_days: int


PRESETS = (
    Preset("quarterly", "Everybody four times a year, those who send you people monthly", (90, 90, 60, 30), 14),
    Preset("eight", "Eight calls a year to everybody", (45,), 45),
    Preset("rank", "By rank: every other month, monthly, every two weeks", (60, 60, 30, 14), 42),
    Preset("steady", "Yearly, quarterly, monthly, every two weeks", (365, 90, 30, 14), 30),
)


def rung_of(ladder: Ladder, name: str) -> Rung:
    """The rung of that name, whatever its capitals; the first one for a word that the ladder does not have."""
    wanted = name.casefold()
    return next((rung for rung in ladder if rung.name.casefold() == wanted), first_rung(ladder))


def first_rung(ladder: Ladder) -> Rung:
    return next((rung for rung in ladder if not rung.is_partner), ladder[0])


def steps(ladder: Ladder) -> Ladder:
    """The ladder without partners: what somebody climbs."""
    return tuple(rung for rung in ladder if not rung.is_partner)


def place_of(ladder: Ladder, name: str) -> int:
    """How many steps up that level is; 0 for the first rung and for partners."""
    rung, climbed = rung_of(ladder, name), steps(ladder)
    return climbed.index(rung) if rung in climbed else 0


def next_up(ladder: Ladder, name: str) -> Rung | None:
    """The rung above; None at the top and beside the ladder."""
    return _beside(ladder, name, 1)


def next_down(ladder: Ladder, name: str) -> Rung | None:
    """The rung below; None at the bottom and beside the ladder."""
    return _beside(ladder, name, -1)


def _beside(ladder: Ladder, name: str, by: int) -> Rung | None:
    rung, climbed = rung_of(ladder, name), steps(ladder)
    if rung not in climbed:
        return None
    place = climbed.index(rung) + by
    return climbed[place] if 0 <= place < len(climbed) else None


def with_preset(ladder: Ladder, preset: Preset) -> Ladder:
    """The same names with the preset's days; a longer ladder goes on with the last of them."""
    climbed = steps(ladder)
    days = {rung.name: preset.days[min(place, len(preset.days) - 1)] for place, rung in enumerate(climbed)}
    return tuple(dataclasses.replace(rung, days=days.get(rung.name, preset.partner_days)) for rung in ladder)


def problem_of(rungs: Sequence[Rung]) -> str | None:
    """Why these cannot be a ladder, in one sentence; None when they can."""
    names = [rung.name.casefold() for rung in rungs]
    if not 1 <= len(rungs) <= MOST_RUNGS:
        return f"A ladder has one to {MOST_RUNGS} levels."
    if not steps(tuple(rungs)):
        return "A ladder needs a level that is not for partners."
    if any(not name or len(name) > LONGEST_NAME for name in names):
        return f"A level needs a name of up to {LONGEST_NAME} characters."
    if len(set(names)) < len(names):
        return "Two levels have the same name."
    if any(not 1 <= rung.days <= MOST_DAYS for rung in rungs):
        return f"Days between two talks are a whole number from 1 to {MOST_DAYS}."
    return None

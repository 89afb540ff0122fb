"""The one form of a call's page and of the sheet after it: whichever button is pressed, all that was typed is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from soi_dialer.domain import next_step
from soi_dialer.flows.errors import BadValue
from soi_dialer.flows.guide import ANSWERS, Said
from soi_dialer.flows.office_hours import hours_of
from soi_dialer.web import due_form, page


class Step(NamedTuple):
    """One choice of what comes next; `at` is the instant that it means, if it has one."""

    name: str
    label: str
    at: datetime | None


_LABELS = {
    "cadence": "At their next turn",
    "day": "+1 day",
    "days": "+3 days",
    "week": "+1 week",
    "pick": "Pick a day",
    "none": "Nothing",
}


def read_said(form: Mapping[str, str], outcome: str | None) -> Said:
    """What was said by this form.

    Raises:
        BadValue: for a day that is none.
    """
    return Said(
        outcome=outcome,
        note=page.typed("note") if "note" in form else None,
        answers={kind: page.typed(f"answer_{kind}") for kind in ANSWERS},
        opening=form.get("opening") or None,
        about_on=_day(form.get("opening_on", "")) if form.get("opening") else None,
        asked=_asked(form),
        done_fact=page.id_of(form.get("done_fact", "")),
    )


def typed_answers(form: Mapping[str, str]) -> dict[str, str]:
    """To be shown again when the form was refused."""
    return {kind: page.typed(f"answer_{kind}") for kind in ANSWERS if form.get(f"answer_{kind}")}


def steps(agent: Any, now: datetime) -> list[Step]:
    """The choices as they stand now."""
    hours = hours_of(agent)
    today = now.astimezone(hours.zone).date()
    return [Step(name, _LABELS[name], next_step.due_at(name, today, hours)) for name in next_step.STEPS]


def read_step(form: Mapping[str, str], agent: Any, now: datetime) -> datetime | None:
    """When to come back to them; None for the cadence and for nothing.

    Raises:
        BadValue: for a picked day that cannot be.
    """
    name = form.get("step", "")
    if name == "pick":
        picked = {"due_on": form.get("due_on", ""), "due_time": form.get("due_time", "")}
        return due_form.read(picked, agent, now)
    return next((step.at for step in steps(agent, now) if step.name == name), None)


def _asked(form: Mapping[str, str]) -> bool | None:
    """A box that is shown and not ticked means no; a page without the box says nothing."""
    return "asked" in form if "asked_shown" in form else True if "asked" in form else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadValue("Pick a day, such as 2026-12-24.", "opening_on") from None


"""An agent's own settings: working hours, holidays, leave, and how reminders reach them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from soi_dialer.domain.phone import display
from soi_dialer.flows import change_settings, day_settings, week_settings
from soi_dialer.flows.errors import BadValue, NotAllowed
from soi_dialer.notify import channels
from soi_dialer.store import agents
from soi_dialer.store.channel_problems import channel_problems
from soi_dialer.web import page

_TEXTS = ("working_hours", "holidays", "leave_from_on", "leave_until_on", "hand_over_to")

OFFERED = {
    channels.SMS: "A text to {phone}",
    channels.EMAIL: "An e-mail to {email}",
    channels.PHONE: "A call to {phone}",
}


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/settings", "settings", settings, methods=["GET", "POST"])
    pages.add_url_rule("/settings/day", "change_day", day, methods=["POST"])
    pages.add_url_rule("/settings/week", "change_week", week, methods=["POST"])
    pages.add_url_rule("/settings/test", "test_channel", test, methods=["POST"])


def settings() -> Response:
    return _change() if request.method == "POST" else _show()


def _change() -> Response:
    typed = {name: page.typed(name) for name in _TEXTS}
    wanted = [channels.PAGE, *request.form.getlist("channel"), *page.typed("addresses").splitlines()]
    try:
        change_settings.change_settings(page.dialer(), page.scope(), channels=wanted, **typed)
    except BadValue as wrong:
        typed |= {"chosen": wanted, "addresses": page.typed("addresses")}
        return _show(422, wrong=wrong, values=typed)
    flash("Saved.")
    return redirect(url_for("web.settings"), 303)


def day() -> Response:
    typed = {name: page.typed(name) for name in ("customers_a_day", "partners_a_day")}
    typed |= {"message_is_touch": bool(page.typed("message_is_touch"))}
    try:
        day_settings.change_day(page.dialer(), page.scope(), **typed)
    except BadValue as wrong:
        return _show(422, wrong_day=wrong, of_day=typed)
    flash("Saved.")
    return redirect(url_for("web.settings", _anchor="day"), 303)


def week() -> Response:
    typed = {"first_weekday": page.typed("first_weekday"), "weekly_mail": bool(page.typed("weekly_mail"))}
    try:
        week_settings.change_week(page.dialer(), page.scope(), **typed)
    except BadValue as wrong:
        return _show(422, wrong_week=wrong)
    flash("Saved.")
    return redirect(url_for("web.settings", _anchor="week"), 303)


def test() -> Response:
    try:
        told = change_settings.send_test(page.dialer(), page.scope(), page.typed("channel"))
    except NotAllowed as failure:
        return _show(422, not_sent=str(failure))
    flash(f"A test was sent by {told}.")
    return redirect(url_for("web.settings"), 303)


def _show(status: int = 200, *, values: Mapping[str, Any] | None = None, **said: Any) -> Response:
    with page.dialer().db.read() as conn:
        row = agents.get(conn, page.scope().agent_id)
        colleagues = [one for one in agents.active_in_office(conn, row["office_id"]) if one["id"] != row["id"]]
        problems = channel_problems(conn, row["id"])
        mail = week_settings.last_mail(conn, row["id"])
    mine = channels.chosen(row["channels"])
    return page.show(
        "settings.html",
        status,
        row=row,
        colleagues=colleagues,
        values=values or _values(row, mine),
        offered=_offered(row),
        testable=[(one, channels.label(one)) for one in mine if one not in (channels.PAGE, channels.PHONE)],
        first_days=week_settings.FIRST_DAYS,
        can_mail=bool(page.dialer().settings.smtp_url),
        mail=mail,
        problems=[(channels.label(channel), problem) for channel, problem in problems.items()],
        **{"of_day": row} | said,
    )


def _offered(row: Mapping[str, Any]) -> dict[str, str]:
    phone = display(row["phone"])
    return {name: words.format(phone=phone, email=row["email"]) for name, words in OFFERED.items()}


def _values(row: Mapping[str, Any], mine: list[str]) -> dict[str, Any]:
    texts = {name: str(row[name]) if row[name] is not None else "" for name in _TEXTS}
    addresses = "\n".join(one for one in mine if one not in channels.PLAIN)
    return texts | {"chosen": mine, "addresses": addresses}

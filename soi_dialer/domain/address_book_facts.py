"""What is to be remembered about somebody, as one line of a file, and the dates and addresses of other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from soi_dialer.domain import names
from soi_dialer.domain.address_book_dates import BadDate, Day, read_day
from soi_dialer.domain.fact_kinds import NOTE, month_day
from soi_dialer.domain.imported import ImportedFact

FACT_LIMIT = 500
MOST_FACTS = 60
DATES = {
    "birthday": "Birthday",
    "anniversary": "Wedding anniversary",
    "closing": "Closing",
    "loan_date": "Loan date",
}
"""Columns and properties that hold a day, and what is remembered beside it. An anniversary is kept as a note."""

_LINE = re.compile(r"([a-z_]{1,40})(?: (\d{4}-\d\d-\d\d|--\d\d-\d\d))?( done)?: ?(.*)", re.DOTALL)


def facts_of(
    dates: list[tuple[str, str]], addresses: list[str], lines: list[str], problems: list[str]
) -> tuple[ImportedFact, ...]:
    """Everything that can be remembered; what cannot is a sentence in `problems`. Each fact once."""
    found = [*map(fact_of_line, filter(str.strip, lines)), *_days(dates, problems), *_houses(addresses)]
    once: dict[tuple[str, str], ImportedFact] = {}
    for fact in found:
        if fact.text:
            once.setdefault(fact.key, fact)
    return tuple(once.values())[:MOST_FACTS]


def _days(dates: list[tuple[str, str]], problems: list[str]) -> Iterator[ImportedFact]:
    for kind, text in dates:
        try:
            day = read_day(text)
        except BadDate as error:
            problems.append(f"A date ({DATES[kind].lower()}) was left out: {error}")
            continue
        if day is not None:
            yield ImportedFact(NOTE if kind == "anniversary" else kind, f"{DATES[kind]} on {_said(day)}", *day)


def _said(day: Day) -> str:
    months = "January February March April May June July August September October November December".split()
    spoken = f"{months[day.month_day // 100 - 1]} {day.month_day % 100}"
    return f"{spoken}, {day.about_on.year}" if day.about_on else spoken


def _houses(addresses: list[str]) -> Iterator[ImportedFact]:
    for address in addresses:
        text = names.visible_line(", ".join(filter(None, map(str.strip, address.splitlines()))), FACT_LIMIT)
        if text:
            yield ImportedFact("house", text)


def line_of_fact(fact: Mapping[str, Any]) -> str:
    r"""`birthday 1980-02-28: Turns fifty`, `ask_next done: The move`; line ends in the text are written `\n`."""
    kind, text, about_on, day = fact["kind"], fact["text"], fact["about_on"], fact["month_day"]
    when = f" {about_on}" if about_on else f" --{day // 100:02d}-{day % 100:02d}" if day else ""
    plain = re.sub(r"[^a-z_]", "_", kind.casefold()) or NOTE
    done = " done" if fact.get("done_at") else ""
    return f"{plain}{when}{done}: " + text.replace("\\", "\\\\").replace("\n", "\\n")


def fact_of_line(line: str) -> ImportedFact:
    """The reverse. Any other line is a note."""
    found = _LINE.fullmatch(line.strip())
    kind, when, done, written = found.groups() if found else (NOTE, None, None, line)
    text = re.sub(r"\\(.)", lambda one: "\n" if one[1] == "n" else one[1], written, flags=re.DOTALL)
    text = names.clean_note(text[: 2 * FACT_LIMIT], limit=2 * FACT_LIMIT)[:FACT_LIMIT]
    try:
        day = read_day(when or "")
    except BadDate:
        day = None
    if day is None:
        return ImportedFact(kind, text, is_done=bool(done))
    again = day.month_day if day.about_on is None else month_day(kind, day.about_on)
    return ImportedFact(kind, text, day.about_on, again, bool(done))

"""A report counted over by hand: plain arithmetic over the rows, sharing nothing with the program but their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo


def recount(rows: Iterable[Mapping[str, Any]], zone: str) -> dict[date, dict[str, int]]:
    """Figures by local day, a day without any left out."""
    days: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row["outcome"] is None:
            continue
        if row["direction"] == "outbound" and row["contact_number"] is None and not row["self_reported"]:
            continue
        day = days[row["placed_at"].astimezone(ZoneInfo(zone)).date()]
        day["calls"] += 1
        if row["outcome"] == "connected":
            day["conversations"] += 1
        if row["outcome"] == "left_voicemail":
            day["voicemails_left"] += 1
        if row["self_reported"]:
            day["self_reported_calls"] += 1
            day["self_reported_seconds"] += row["talk_seconds"]
            if row["outcome"] == "connected":
                day["self_reported_conversations"] += 1
            continue
        day["talk_seconds"] += row["talk_seconds"]
        if row["outcome"] == "connected" and row["talk_seconds"] >= 300:
            day["long_conversations"] += 1
        _beside_talk(row, day)
    return {on: {name: n for name, n in day.items() if n} for on, day in days.items()}


def _beside_talk(row: Mapping[str, Any], day: dict[str, int]) -> None:
    """What is left of the leg that holds the call: first the message, then the whisper, and the rest is ringing."""
    day["voicemail_seconds"] += row["voicemail_seconds"]
    if row["direction"] == "inbound":
        rest, began, over = row["contact_leg_seconds"], row["whispered_at"], row["claimed_at"]
        whisper = round((over - began).total_seconds()) if began and over else 0
    else:
        rest = row["agent_leg_seconds"]
        if row["claimed_at"] is None:
            whisper = rest
        elif row["ended_at"] is None:
            whisper = 0
        else:
            after_key = max(0, round((row["ended_at"] - row["claimed_at"]).total_seconds()))
            whisper = rest - after_key
    rest = max(0, rest - row["talk_seconds"] - row["voicemail_seconds"])
    whisper = min(rest, max(0, whisper))
    day["whisper_seconds"] += whisper
    day["ring_seconds"] += rest - whisper

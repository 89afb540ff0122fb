"""Geometry of the week's bar chart; the template draws it as inline SVG, which needs no script and obeys the CSP."""

from __future__ import annotations

from typing import NamedTuple

HEIGHT = 140
BAR_WIDTH = 34
PITCH = 56
_STEPS_MINUTES = (5, 10, 15, 30, 60, 90, 120, 180, 240, 360, 480, 720)


class Bar(NamedTuple):
    """One bar, in the units of the picture."""

    x: int
    y: float
    height: float


class Chart(NamedTuple):
    """Pixels in a drawing `width` wide and `HEIGHT` high; `top_minutes` is the value of the upper line."""

    bars: list[Bar]
    width: int
    height: int
    top_minutes: int


def bars(seconds: list[int]) -> Chart:
    """One bar for each value. A value above zero is always visible; the scale ends at a round number."""
    longest = max(seconds, default=0) / 60
    top = next((step for step in _STEPS_MINUTES if step >= longest), 1440)
    drawn = []
    for index, value in enumerate(seconds):
        height = max(2.0, HEIGHT * value / 60 / top) if value else 0.0
        drawn.append(Bar(index * PITCH + (PITCH - BAR_WIDTH) // 2, round(HEIGHT - height, 1), round(height, 1)))
    return Chart(drawn, PITCH * len(seconds), HEIGHT, top)

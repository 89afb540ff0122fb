"""The one table that a run ends in."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

HEADINGS = ("figure", "baseline", "measured", "ratio", "target", "met")


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One row. `ratio` is held against `target`: at least that much, or at most when `most`; None: for comparison."""

    name: str
    baseline: str
    measured: str
    ratio: float
    target: float | None
    aim: float | None = None
    most: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.ratio <= self.target if self.most else self.ratio >= self.target

    def cells(self) -> tuple[str, ...]:
        sign = "≤" if self.most else "≥"
        aim = "" if self.aim is None else f"aim {self.aim:g}{self.unit}"
        ratio = f"{self.ratio:.2f}".rstrip("0").rstrip(".") if self.ratio < 10 else f"{self.ratio:,.0f}"
        if self.target is None:
            return self.name, self.baseline, self.measured, ratio + self.unit, aim or "-", "-"
        target = f"{sign} {self.target:g}{self.unit}" + (f" ({aim})" if aim else "")
        return self.name, self.baseline, self.measured, ratio + self.unit, target, "yes" if self.met else "NO"


def markdown(figures: Sequence[Figure]) -> str:
    """The table, readable as text and as Markdown."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = [f"| {' | '.join(cells)} |" for cells in padded]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)

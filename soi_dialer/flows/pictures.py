"""Pictures of figures, drawn by pygal as SVG that stands on its own: on a page, in a file, and as the source of a PNG.

Colors are attributes, which a page's style sheet overrides for light and dark; nothing in a picture needs a script, a
style element or another file. Series differ by pattern, dash and place, so that they can be told apart without color.
A picture is drawn once for what it shows, and then kept for a while.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import pygal
from pygal.etree import etree
from pygal.style import Style

# Pygal looks for map plug-ins in each later import of whatever else, in a way that Python calls outdated each time.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

WIDTH, HEIGHT = 480, 270

_INK, _LINE, _AXIS, _MAIN, _WARM = "#675d53", "#e3d9ca", "#8d8173", "#1d6650", "#97440f"
_STYLE = Style(label_font_size=13, major_label_font_size=13, legend_font_size=13, font_family="sans-serif")
_STEPS = (60, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 180_000, 360_000, 720_000)
_FEW_LABELS = 7
_NO_PLAN = [-1]  # no tick is there; an empty list would let pygal choose some
_LEFT_OUT = ("style", "script", "desc", "title")  # and comments, whose tag is a function


class Column(NamedTuple):
    """One bar: the measured seconds below, and the self-reported ones, hatched, on top."""

    label: str
    seconds: int
    said_seconds: int = 0


class Pair(NamedTuple):
    """One place on a line: a number, and that of a year before or what was planned."""

    label: str
    number: int
    other: int


@lru_cache(maxsize=512)
def talk(columns: tuple[Column, ...], planned_seconds: int, says: str) -> str:
    """Talk time as bars, with the plan for each as a line across; `says` is what a screen reader reads instead."""
    top = max([planned_seconds, *(one.seconds + one.said_seconds for one in columns), 60])
    step = next(step for step in (*_STEPS, top) if step * 4 >= top)
    chart = _chart(pygal.StackedBar, says, range=(0, max(top, step)))
    chart.x_labels = _thinned([one.label for one in columns])
    chart.y_labels = _scale(range(0, top + 1, step), planned_seconds, _hours)
    chart.y_labels_major = [planned_seconds] if planned_seconds else _NO_PLAN
    chart.add("Measured", [one.seconds for one in columns])
    if any(one.said_seconds for one in columns):
        chart.add("Self-reported", [one.said_seconds for one in columns])
    return chart.render(is_unicode=True)


@lru_cache(maxsize=512)
def trend(pairs: tuple[Pair, ...], names: tuple[str, str], says: str) -> str:
    """Seconds of weeks as a line, and those of a year before as a dashed one."""
    top = max([60, *(number for pair in pairs for number in pair[1:])])
    step = next(step for step in (*_STEPS, top) if step * 4 >= top)
    chart = _chart(pygal.Line, says, range=(0, max(top, step)), dots_size=3)
    chart.x_labels = _thinned([pair.label for pair in pairs])
    chart.y_labels = _scale(range(0, top + 1, step), 0, _hours)
    chart.y_labels_major = _NO_PLAN
    chart.add(names[0], [pair.number for pair in pairs])
    if any(pair.other for pair in pairs):
        chart.add(names[1], [pair.other for pair in pairs])
    return chart.render(is_unicode=True)


@lru_cache(maxsize=512)
def conversations(columns: tuple[tuple[str, int], ...], planned: int, says: str) -> str:
    """Conversations as bars, with the plan as a line across."""
    top = max([planned, *(number for _, number in columns), 4])
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 250, 1000, 5000, top) if step * 4 >= top)
    chart = _chart(pygal.Bar, says, range=(0, top))
    chart.x_labels = _thinned([label for label, _ in columns])
    chart.y_labels = _scale(range(0, top + 1, step), planned, str)
    chart.y_labels_major = [planned] if planned else _NO_PLAN
    chart.add("Conversations", [number for _, number in columns])
    return chart.render(is_unicode=True)


def _chart(kind: type, says: str, **more: Any) -> Any:
    chart = kind(
        width=WIDTH, height=HEIGHT, margin=6, margin_right=22, style=_STYLE, css=(), js=(), no_prefix=True,
        disable_xml_declaration=True,
        legend_at_bottom=True, legend_box_size=11, show_x_guides=False, print_values=False, spacing=8,
        truncate_legend=-1, truncate_label=-1, **more,
    )  # fmt: skip
    chart.add_xml_filter(lambda root: _plain(root, says))
    return chart


def _scale(ticks: range, planned: int, words: Callable[[int], str]) -> list[dict[str, Any]]:
    """Ticks that are too near to the plan's own line give way to it."""
    far = [tick for tick in ticks if not planned or not tick or abs(tick - planned) > ticks.step * 0.4]
    labels = [{"value": tick, "label": words(tick)} for tick in far]
    return [*labels, {"value": planned, "label": f"plan {words(planned)}"}] if planned else labels


def _hours(seconds: int) -> str:
    """As "45 min", "1 h", "1 h 30"."""
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min" if minutes else "0"
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes % 60 else f"{minutes // 60} h"


def _thinned(labels: list[str]) -> list[str]:
    """Few enough to stand side by side; the last one always."""
    every = -(-len(labels) // (_FEW_LABELS if max(map(len, labels), default=0) <= 3 else _FEW_LABELS - 1))
    return [label if (len(labels) - 1 - at) % every == 0 else "" for at, label in enumerate(labels)]


def _plain(root: Any, says: str) -> Any:
    """Without scripts, styles, and what only they would use; with the attributes that give each part its looks."""
    hatch = f"hatch-{zlib.crc32(says.encode()):08x}"
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in _LEFT_OUT or callable(child.tag) or "tooltip-overlay" in child.get("class", ""):
                parent.remove(child)
    _dress(root, hatch, ())
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", says)
    root.find("defs").append(_hatch(hatch))
    return root


def _hatch(name: str) -> Any:
    pattern = etree.Element(
        "pattern", id=name, width="7", height="7", patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )
    etree.SubElement(pattern, "rect", {"class": "hatch-paper", "width": "7", "height": "7", "fill": "#fffdf9"})
    etree.SubElement(pattern, "rect", {"class": "hatch", "width": "3", "height": "7", "fill": _MAIN})
    return pattern


def _dress(element: Any, hatch: str, around: tuple[str, ...]) -> None:
    """Attributes by what an element is and by what it stands in."""
    classes = tuple(element.get("class", "").split())
    element.attrib.pop("style", None)
    element.attrib.pop("id", None)
    for name, value in _looks(element.tag, classes, around, hatch).items():
        element.set(name, value)
    for child in element:
        _dress(child, hatch, (*around, *classes))


def _looks(tag: str, classes: tuple[str, ...], around: tuple[str, ...], hatch: str) -> dict[str, str]:
    second = "color-1" in (*around, *classes)
    if "background" in classes:
        return {"fill": "none"}
    if tag == "text":
        return _text_looks(classes, around)
    if tag == "path" and "major" in classes:
        return {"stroke": _WARM, "stroke-width": "2", "stroke-dasharray": "7 4", "fill": "none"}
    if tag == "path" and "x" in around and "guide" in classes:
        return {"stroke": "none"}
    if tag == "path" and "axis" in around:
        return {"stroke": _LINE if "guide" in classes else _AXIS, "fill": "none"}
    if tag == "path":
        return {"stroke": _WARM if second else _MAIN, "fill": "none", "stroke-width": "2"} | (
            {"stroke-dasharray": "5 4"} if second else {}
        )
    if tag == "rect":
        hatched = second and "stackedbar-graph" in around
        return {"fill": f"url(#{hatch})", "stroke": _MAIN} if hatched else {"fill": _WARM if second else _MAIN}
    return {"fill": _WARM if second else _MAIN} if tag == "circle" else {}


def _text_looks(classes: tuple[str, ...], around: tuple[str, ...]) -> dict[str, str]:
    looks = {"fill": _INK, "font-family": "sans-serif", "font-size": "13"}
    if "major" in classes:
        looks |= {"fill": _WARM, "font-weight": "bold"}
    if "axis" in around:
        looks["text-anchor"] = "middle" if "x" in around else "end"
    return looks

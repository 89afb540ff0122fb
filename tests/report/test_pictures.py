"""Pictures stand on their own, say what they show, and can be read without color."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soi_dialer.flows.pictures import Column, Pair, conversations, talk, trend

SVG = "{http://www.w3.org/2000/svg}"
WEEK = tuple(Column(day, seconds) for day, seconds in zip("MTWTFSS", [5000, 3000, 0, 7200, 60, 0, 0], strict=True))


def drawn(kind: str, says: str = "It says so"):
    some = {
        "talk": lambda: talk((Column("Mon <1>", 3600, 900), *WEEK), 6682, says),
        "trend": lambda: trend((Pair("Nov 9", 3600, 60), Pair("Nov 16", 60, 7200)), ("Now", "Then"), says),
        "conversations": lambda: conversations((("Nov 9", 12), ("Nov 16", 90)), 75, says),
    }
    return ElementTree.fromstring(some[kind]())


@pytest.mark.parametrize("kind", ["talk", "trend", "conversations"])
def test_a_picture_needs_no_script_no_style_and_nothing_from_elsewhere(kind):
    root = drawn(kind)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} & {
        "script",
        "style",
        "image",
        "a",
        "use",
    } == set()
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name == "style" or name.startswith("on") or name.endswith("href")}
    assert [element.get("id") for element in root.iter() if element.get("id")] == [
        root.find(f".//{SVG}pattern").get("id")
    ]


@pytest.mark.parametrize("kind", ["talk", "trend", "conversations"])
def test_a_picture_says_what_it_shows(kind):
    root = drawn(kind, 'Talked <3 h> & "more"')
    assert (root.get("role"), root.get("aria-label")) == ("img", 'Talked <3 h> & "more"')


def test_self_reported_time_is_hatched_and_only_there_when_there_is_any():
    root = drawn("talk")
    pattern = root.find(f".//{SVG}pattern").get("id")
    hatched = [rect for rect in root.iter(f"{SVG}rect") if rect.get("fill") == f"url(#{pattern})"]
    assert len(hatched) == 9  # eight columns, and the square of the legend
    assert "Self-reported" in [text.text for text in root.iter(f"{SVG}text")]
    assert "Self-reported" not in talk(WEEK, 0, "Without")


def test_the_plan_is_a_line_with_its_words():
    assert "plan 1 h 51" in [text.text for text in drawn("talk").iter(f"{SVG}text")]
    assert "plan 75" in [text.text for text in drawn("conversations").iter(f"{SVG}text")]
    assert ">plan" not in talk(WEEK, 0, "Without a plan")


def test_the_year_before_is_dashed():
    dashed = [path for path in drawn("trend").iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert len(dashed) == 1


SECONDS = st.integers(0, 10**7)


@settings(max_examples=30)
@given(st.lists(st.builds(Column, st.text("ab<&", max_size=4), SECONDS, SECONDS), min_size=1, max_size=40), SECONDS)
def test_bars_are_as_high_as_what_they_stand_for(columns, planned):
    root = ElementTree.fromstring(talk(tuple(columns), planned, "Any"))
    bars = [rect for rect in root.iter(f"{SVG}rect") if "reactive" in rect.get("class", "") and rect.get("x") != "0.0"]
    heights = [float(rect.get("height")) for rect in bars][: len(columns)]
    for column, height in zip(columns, heights, strict=True):
        other = max(zip(columns, heights, strict=True), key=lambda pair: pair[1])
        assert height * max(other[0].seconds, 1) == pytest.approx(
            column.seconds * other[1], abs=0.05 * max(other[0].seconds, 1)
        )

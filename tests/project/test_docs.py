"""What the documents list is what there is: settings, commands, addresses."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import create_app
from soi_dialer.commands.parser import make_parser
from tests.project.sources import ROOT, text
from tests.world import make_settings

DOCS = Path("docs")


def test_every_setting_is_described_with_its_meaning():
    known = set(re.findall(r'"([A-Z][A-Z_]{3,})"', text(Path("config/settings.py"))))
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", text(DOCS / "settings.md"), re.MULTILINE)
    described = {name for name, default, meaning in rows if default.strip() and meaning.strip()}
    assert described == known | {"HOST", "PORT"}


def _commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    deeper = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not deeper:
        yield name, parser
    for action in deeper:
        for word, sub in action.choices.items():
            yield from _commands(sub, f"{name} {word}".strip())


def test_every_command_and_option_is_described_and_no_other():
    page = text(DOCS / "commands.md")
    described = {re.sub(r" [A-Z]+$", "", name) for name in re.findall(r"^\| `([a-z][^`]*)` \|", page, re.MULTILINE)}
    assert described == {name for name, _ in _commands(make_parser())}
    for name, parser in _commands(make_parser()):
        options = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
        assert [option for option in options - {"--help"} if option not in page] == [], name


def test_every_address_is_described_and_no_other(tmp_path):
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'test.db'}"))
    there = {
        (re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"<\1>", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    app.extensions["soi_dialer"].close()
    rows = re.findall(r"^\| ([A-Z, ]+) \| `(/[^`]*)` \| .+ \|$", text(DOCS / "routes.md"), re.MULTILINE)
    described = {(address, method) for methods, address in rows for method in methods.split(", ")}
    assert described == there


_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


DOCUMENTS = sorted(p.relative_to(ROOT) for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_link_between_documents_leads_somewhere(path):
    missing = [link for link in _LINK.findall(text(path)) if not (ROOT / path.parent / link).exists()]
    assert missing == []

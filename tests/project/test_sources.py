"""Habits that keep the program readable and its rules in one place."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

from tests.project.sources import ROOT, files, room_of_file, text, tree

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_LINE = 300, 70, 120
ALL = files("soi_dialer", "config", "webhooks", "app.py", "bench", "tests")
OUTSIDE_CARRIER = [path for path in files() if room_of_file(path) not in ("carrier", "simulator")]
CLOCKS = {Path("soi_dialer/clock.py"), Path("soi_dialer/simulator/clock.py")}

_CARRIERS_NAMES = re.compile(
    r"\b(CallSid|AccountSid|RecordingSid|ParentCallSid|DialCallSid|MessageSid|CallStatus|DialCallStatus|CallDuration|"
    r"DialCallDuration|RecordingStatus|RecordingDuration|RecordingUrl|AnsweredBy|SequenceNumber|TranscriptionText|"
    r"TranscriptionStatus|StatusCallback|StatusCallbackEvent|DialBridged|CallbackSource|SipResponseCode|X-Twilio-\w+)\b"
)
_READS_THE_TIME = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "perf_counter"),
    ("time", "localtime"),
    ("time", "gmtime"),
}


def _functions(path: Path) -> list[tuple[str, int]]:
    """Each function with its length in lines."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(n.name, n.end_lineno - n.lineno + 1) for n in ast.walk(tree(path)) if isinstance(n, kinds)]


def test_a_file_is_short_enough_to_be_read_in_one_sitting():
    assert [str(path) for path in ALL if len(text(path).splitlines()) > LONGEST_FILE] == []


def test_a_function_fits_on_a_screen():
    long = [f"{path}: {name}" for path in ALL for name, length in _functions(path) if length > LONGEST_FUNCTION]
    assert long == []


def test_a_line_fits_beside_another_one():
    numbered = [(path, number, line) for path in ALL for number, line in enumerate(text(path).splitlines(), 1)]
    assert [f"{path}:{number}" for path, number, line in numbered if len(line) > LONGEST_LINE] == []


def test_most_functions_are_a_few_lines():
    assert statistics.median(length for path in files() for _, length in _functions(path)) <= 8


def test_the_carriers_names_stay_with_the_carrier():
    found = {str(path): _CARRIERS_NAMES.findall(text(path)) for path in OUTSIDE_CARRIER}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_time_is_read_in_one_place():
    reads = [
        f"{path}:{node.lineno}"
        for path in files()
        if path not in CLOCKS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in _READS_THE_TIME
    ]
    assert reads == []


def test_every_module_and_public_class_says_what_it_is_for():
    filled = [path for path in files() if tree(path).body]
    assert [str(path) for path in filled if not ast.get_docstring(tree(path))] == []
    classes = [(path, node) for path in filled for node in tree(path).body if isinstance(node, ast.ClassDef)]
    public = [(path, node) for path, node in classes if not node.name.startswith("_")]
    assert [f"{path}: {node.name}" for path, node in public if not ast.get_docstring(node)] == []


PAGES = sorted(p.relative_to(ROOT) for p in (ROOT / "soi_dialer").rglob("*") if p.suffix in (".html", ".css", ".js"))
_ELSEWHERE = re.compile(r"""(?:src|href|action|url|import)\s*[=(]?\s*["'(]\s*(?:https?:)?//""", re.IGNORECASE)
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def test_pages_load_nothing_from_elsewhere():
    assert [str(path) for path in PAGES if _ELSEWHERE.search(text(path))] == []


def test_pages_carry_no_inline_code_or_style():
    assert [str(path) for path in PAGES if path.suffix == ".html" and _INLINE.search(text(path))] == []


_A_PLACE = re.compile("/(?:home|root|" + "work|Users)/[a-z]")
_TEXTS = (".py", ".md", ".toml", ".txt", ".ini", ".html", ".css", ".js", ".mako", "")


def test_nothing_tells_on_which_machine_it_was_written():
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    names = [Path(name) for name in listed.stdout.split("\0") if name] if listed.returncode == 0 else list(files())
    known = [name for name in names if name.suffix in _TEXTS and (ROOT / name).is_file()]
    assert [str(name) for name in known if _A_PLACE.search(text(name))] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_one_version_and_no_address(name):
    lines = [line for line in text(Path(name)).splitlines() if line and not line.startswith(("#", "-r "))]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z]+\])?==[0-9][0-9a-z.]*", line)] == []

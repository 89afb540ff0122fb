"""The project's own Python files, parsed once."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("soi_dialer", "config", "webhooks", "app.py")


@functools.cache
def files(*places: str) -> tuple[Path, ...]:
    """Every Python file in these places, relative to the project."""
    found: list[Path] = []
    for place in places or PROGRAM:
        path = ROOT / place
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return tuple(path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts)


@functools.cache
def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), str(path))


def modules_imported(path: Path) -> set[str]:
    """Every module that the file imports, wherever in it; a name imported from a package counts as its module, too."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(module: str) -> str:
    """The room of a module: "soi_dialer.flows.x" is of "flows"; "" for what is not ours."""
    parts = module.split(".")
    if parts[0] in ("webhooks", "config", "app", "bench", "tests"):
        return parts[0]
    if parts[0] != "soi_dialer":
        return ""
    return parts[1] if len(parts) > 1 else "soi_dialer"


def room_of_file(path: Path) -> str:
    return room(".".join(path.with_suffix("").parts))

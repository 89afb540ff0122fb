"""Who may import whom. Data goes down: doors, flows, then store, carrier and notify, then the domain."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.project.sources import ROOT, files, modules_imported, room, room_of_file

_BELOW_FLOWS = {"store", "carrier", "notify", "domain", "clock", "dialer"}
_BELOW_DOORS = {"flows", "config", *_BELOW_FLOWS}

MAY_IMPORT = {
    "config": set(),
    "clock": set(),
    "domain": set(),
    "store": {"domain"},
    "carrier": {"domain", "clock"},
    "notify": {"domain"},
    "dialer": {"carrier", "store", "clock"},
    "flows": {"config", *_BELOW_FLOWS},
    "wiring": _BELOW_DOORS,
    "web": _BELOW_DOORS,
    "api": _BELOW_DOORS,
    "webhooks": _BELOW_DOORS,
    "scheduler": _BELOW_DOORS,
    "orphans": {"clock"},
    "commands": {*_BELOW_DOORS, "wiring", "serving", "simulator", "orphans"},
    "serving": {*_BELOW_DOORS, "orphans", "app", "wiring", "scheduler", "commands", "simulator"},
    "simulator": set(),
    "__main__": {"commands"},
    "app": {*_BELOW_DOORS, "wiring", "web", "api", "webhooks", "serving"},
    "soi_dialer": set(),
    "__init__": set(),
}


def test_a_room_imports_only_what_lies_below_it():
    wrong = [f"{path} imports {name}" for path in files() for name in sorted(_rooms_used(path) - _allowed(path))]
    assert wrong == []


def _allowed(path: Path) -> set[str]:
    here = room_of_file(path)
    return MAY_IMPORT[here] | {here, "soi_dialer", ""}


def _rooms_used(path: Path) -> set[str]:
    return {name for name in map(room, modules_imported(path)) if _is_a_room(name)}


def _is_a_room(name: str) -> bool:
    """Not a plain name, such as `__version__`, imported from the package itself."""
    return any((ROOT / base / part).exists() for base in ("soi_dialer", ".") for part in (name, f"{name}.py"))


def test_the_carriers_library_is_imported_by_nobody_else():
    outside = [path for path in files() if room_of_file(path) not in ("carrier", "simulator")]
    wrong = [str(path) for path in outside if any(m.split(".")[0] == "twilio" for m in modules_imported(path))]
    assert wrong == []


def test_the_domain_needs_the_standard_library_and_phone_numbers_alone():
    used = {module.split(".")[0] for path in files("soi_dialer/domain") for module in modules_imported(path)}
    assert used - sys.stdlib_module_names == {"phonenumbers", "soi_dialer"}

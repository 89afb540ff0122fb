"""A backup that can be trusted: whole as of one instant, opened and counted before it gets its name.

A file for each backup, named by its instant, and beside them the audio of all voicemails, which never changes once it
is stored and is therefore kept once.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from soi_dialer.dialer import Dialer
from soi_dialer.flows import failpoints
from soi_dialer.flows.errors import FlowError
from soi_dialer.store import copies, voicemails

KEEP = 14
NAME = "soi_dialer-"

Seen = Callable[[int, int], None]


class BackUpFailed(FlowError):
    """There is no new backup; the earlier ones are as they were."""


@dataclasses.dataclass(frozen=True, slots=True)
class BackedUp:
    """`counts`: rows by table, empty for PostgreSQL. `audio_missing`: recordings that are not on this disk any more."""

    path: Path
    counts: dict[str, int]
    audio_added: int
    audio_missing: int
    removed: int


def back_up(dialer: Dialer, to: Path | None = None, *, keep: int = KEEP, seen: Seen | None = None) -> BackedUp:
    """Copy database and audio into a directory, `DATA_DIR/backups` when none is given.

    Args:
        keep: how many copies of the database stay, the new one included; at least 1.
        seen: told how many new recordings are done and how many there are.
    """
    place = to or dialer.settings.data_dir / "backups"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, counts = _copy_database(dialer, place)
        added, missing = _copy_audio(dialer, place, seen or (lambda _done, _total: None))
        return BackedUp(path, counts, added, missing, _remove_old(place, path.suffix, keep))
    except copies.CopyFailed as error:
        raise BackUpFailed(f"No backup was made: {error}") from None


def _copy_database(dialer: Dialer, place: Path) -> tuple[Path, dict[str, int]]:
    url = dialer.settings.database_url
    path = place / f"{NAME}{dialer.clock():%Y%m%dT%H%M%SZ}{copies.ending_of(url)}"
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        counts = copies.copy(url, draft)
        failpoints.reached("backup_copied")
        _flush(draft)
        os.replace(draft, path)
        _flush(place)
    finally:
        draft.unlink(missing_ok=True)
    return path, counts


def _copy_audio(dialer: Dialer, place: Path, seen: Seen) -> tuple[int, int]:
    """Add what is not there; the number of recordings added, and of those that are nowhere."""
    with dialer.db.read() as connection:
        stored = voicemails.stored_audio(connection)
    pairs = [(dialer.settings.data_dir / relative, place / relative) for relative in stored]
    new = [(source, target) for source, target in pairs if source.is_file() and not _is_there(source, target)]
    for done, (source, target) in enumerate(new, 1):
        _link_or_copy(source, target)
        seen(done, len(new))
    return len(new), sum(not source.is_file() and not target.is_file() for source, target in pairs)


def _is_there(source: Path, target: Path) -> bool:
    return target.is_file() and target.stat().st_size == source.stat().st_size


def _link_or_copy(source: Path, target: Path) -> None:
    """On one disk a second name costs nothing; a stored file is only ever replaced, never written into."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    draft.unlink(missing_ok=True)
    try:
        os.link(source, draft)
    except OSError:
        shutil.copy2(source, draft)
        _flush(draft)
    os.replace(draft, target)


def _remove_old(place: Path, ending: str, keep: int) -> int:
    old = sorted(place.glob(f"{NAME}*Z{ending}"))[:-keep]
    for path in old:
        path.unlink()
    return len(old)


def _flush(path: Path) -> None:
    """On disk, not only in memory: a file's content, or a directory's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

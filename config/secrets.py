"""Secrets that nobody typed: made once, kept in DATA_DIR, readable by the owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def keep(data_dir: Path, name: str, size: int) -> str:
    """The kept secret of that name, as 2 * `size` hex characters; made on first use.

    Two processes that start together agree: the file is created exclusively and the loser reads the winner's.
    """
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data_dir / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _wait_for(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(size))
    return path.read_text()


def _wait_for(path: Path) -> str:
    for _ in range(1000):
        text = path.read_text().strip()
        if text:
            return text
    raise OSError(f"{path} is empty; delete it to have it made anew")

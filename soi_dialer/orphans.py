"""A process that was started by another one ends when that one was killed, so that nothing is left behind half alive.

A program that is stopped stops its children itself; one that was killed with no warning cannot.
"""

from __future__ import annotations

import os
import signal
import threading

from soi_dialer import clock

LOOK_SECONDS = 1.0
_NAME = "SOI_PARENT"


def my_child() -> dict[str, str]:
    """What stands in the environment of a program that is to end with this process."""
    return {_NAME: str(os.getpid())}


def end_with_parent_named_in_environment() -> None:
    """For a program that may have been started by `my_child`, or by a person."""
    if os.environ.get(_NAME, "").isdecimal():
        end_with(int(os.environ[_NAME]))


def end_with(parent_pid: int, how: int = signal.SIGTERM) -> None:
    """From now on, send ourselves the signal `how` within seconds of the parent's death."""
    threading.Thread(target=_watch, args=(parent_pid, how), name="orphan watch", daemon=True).start()


def _watch(parent_pid: int, how: int) -> None:
    while os.getppid() == parent_pid:  # an orphan is given to another parent
        clock.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), how)

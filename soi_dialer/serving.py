"""Running it: web server, scheduler and, without an account, the practice phone company, under one Ctrl-C.

The web server's workers are processes of their own, which the server starts anew when one dies; the scheduler's threads
live in this process.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from dotenv import load_dotenv

from soi_dialer import clock, orphans, scheduler, wiring
from soi_dialer.dialer import Dialer
from soi_dialer.store import migrate

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 10
HARDLY_BEGUN_SECONDS = 5
MOST_FALSE_STARTS = 3


def main() -> int:
    """`python app.py`: obeys every setting; returns an exit status."""
    from config import SettingsError, load

    try:
        serve(load())
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0  # Ctrl-C before the server was up; what had been started was stopped on the way here
    return 0


def serve(settings) -> None:
    """Serve until Ctrl-C or SIGTERM: migrate, practice company and demo data if there is no account, scheduler, web.

    Raises:
        OSError: a port is taken or the data directory cannot be written.
    """
    _quiet_logs()
    load_dotenv(".env")  # for the processes that are started from here, which may look elsewhere for it
    os.environ["DATA_DIR"] = str(settings.data_dir)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)  # until the web server minds them
    _check_port(settings.host, settings.port, "PORT")
    if settings.simulated:
        _check_port("127.0.0.1", settings.simulator_port, "SIMULATOR_PORT")
    migrate.upgrade(settings.database_url)
    dialer = wiring.build(settings)
    with contextlib.ExitStack() as stack:
        stack.callback(dialer.close)
        if settings.simulated:
            stack.enter_context(_simulator(settings))
            stack.enter_context(_practice(dialer))
        else:
            print(f"soi_dialer is at {settings.public_url}")
        stack.enter_context(_scheduling(dialer))
        _serve_web(settings)


_told_to_stop = threading.Event()


def _stop(*_) -> None:
    """Ctrl-C or SIGTERM before the web server is up.

    The interrupt can be lost: raised inside a destructor or a callback from C, Python only prints it. So it is kept as
    well, for `_serve_web`.
    """
    _told_to_stop.set()
    raise KeyboardInterrupt


def run_scheduler(settings) -> None:
    """The sweeps alone, until Ctrl-C or SIGTERM; any number of these may run beside each other."""
    _quiet_logs()
    dialer = wiring.build(settings)
    over = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    with contextlib.closing(dialer), _scheduling(dialer):
        over.wait()


def _serve_web(settings) -> None:
    """Serve until told to stop.

    Granian replaces a worker that dies, and gives up when one dies again within seconds. Calls must still be answered
    then, so it is started anew, but what hardly begins several times in a row cannot start and is not tried for ever.
    """
    false_starts = 0
    while True:
        server, began = web_server(settings), clock.monotonic()
        server.on_startup(functools.partial(_heed_earlier_stop, server))
        try:
            return server.serve()
        except SystemExit:
            if server.interrupt_signal:
                return None  # told to stop while a worker was being replaced
            false_starts = false_starts + 1 if clock.monotonic() - began < HARDLY_BEGUN_SECONDS else 0
            if false_starts >= MOST_FALSE_STARTS:
                raise


def _heed_earlier_stop(server) -> None:
    """Once the server minds signals itself: one that came before and was lost counts as well."""
    if _told_to_stop.is_set():
        server.signal_handler_interrupt()


def web_server(settings, target: str = "soi_dialer.serving:worker_app"):
    """The web server that we ship with, not yet serving. `target` names a function that makes the WSGI app."""
    from granian import Granian
    from granian.constants import Interfaces

    os.environ.setdefault("PYTHONPATH", str(ROOT))
    # A forked worker would inherit the locks that the scheduler's threads hold at that moment, and hang on them for
    # ever, and SQLite connections, which must not be carried across a fork.
    multiprocessing.set_start_method("spawn", force=True)
    return Granian(
        target,
        factory=True,
        working_dir=ROOT if not (Path.cwd() / "app.py").exists() else None,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS,
        log_level="warning",
        websockets=False,
    )


def worker_app():
    """The app in a worker of the web server.

    The worker leaves the terminal's process group: Ctrl-C is for the server alone, which then stops its workers. A
    worker that hears Ctrl-C as well hangs, and is killed only after `STOP_SECONDS`.
    """
    from app import create_app

    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    server = multiprocessing.parent_process()
    if server is not None:
        orphans.end_with(server.pid, signal.SIGKILL)  # whatever it is in the middle of, its database undoes
    app = create_app()
    settle_memory()
    return app


def settle_memory() -> None:
    """Once all is loaded: Python need not look through it for garbage ever again.

    What stays until the end, hundreds of thousands of objects, is otherwise looked through now and then, and whoever
    asks in that moment waits a tenth of a second longer.
    """
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def _scheduling(dialer: Dialer) -> Iterator[None]:
    running = scheduler.start(dialer)
    try:
        yield
    finally:
        running.shutdown(wait=True)


@contextlib.contextmanager
def _simulator(settings) -> Iterator[None]:
    """The practice phone company as a process of its own, as far away from the app as the real one."""
    environment = _environment(settings) | orphans.my_child()
    process = subprocess.Popen([sys.executable, "-m", "soi_dialer", "simulator"], cwd=ROOT, env=environment)
    try:
        _wait_for_port("127.0.0.1", settings.simulator_port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _environment(settings) -> dict[str, str]:
    """What the child reads its settings from; a relative DATA_DIR means the same place there."""
    return os.environ | {
        "DATA_DIR": str(settings.data_dir),
        "PORT": str(settings.port),
        "SIMULATOR_PORT": str(settings.simulator_port),
    }


@contextlib.contextmanager
def _practice(dialer: Dialer) -> Iterator[None]:
    """Demo data on a fresh database; then tell the practice company whose handsets there are."""
    from soi_dialer.commands import practice
    from soi_dialer.flows.seed_demo import seed_demo
    from soi_dialer.simulator.media import render

    demo = seed_demo(dialer, render)
    practice.introduce(dialer)
    settings = dialer.settings
    lines = [f"soi_dialer is at http://{settings.host}:{settings.port}"]
    if demo is not None:
        lines.append(f"Sign in as {demo.email} with the password {demo.password}")
    lines.append(f"The practice handsets are at http://127.0.0.1:{settings.simulator_port}")
    print("\n".join([*lines, "Ctrl-C stops everything."]), flush=True)
    yield


def _check_port(host: str, port: int, name: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(f"{host}:{port} cannot be used ({error.strerror}). Set {name} to another port.") from None


def _wait_for_port(host: str, port: int, process: subprocess.Popen) -> None:
    until = clock.monotonic() + STOP_SECONDS
    while clock.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.2):
            return
        if process.poll() is not None:
            break
        clock.sleep(0.02)
    raise OSError("the practice phone company did not start; its message stands above")


def _quiet_logs() -> None:
    """Warnings and worse, without numbers or transcripts: those never reach a log call."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("_granian").addFilter(lambda record: "seems quite high" not in record.getMessage())

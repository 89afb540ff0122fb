"""What one request costs inside the process: WSGI environ in, answer out, no server and no socket."""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from app import create_app
from bench import hello, history, installation, signed
from bench.table import Figure
from config import load
from soi_dialer.serving import settle_memory
from webhooks.request import nothing, verified

ROUNDS, BATCH, TOGETHER, EACH = 9, 100, 16, 32


def figures(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Verification, the stored webhook and the contact page, each against a bare hello of the same round."""
    url = f"sqlite:///{scratch / 'in_process.db'}"
    refs = installation.fill(url, ROUNDS * (BATCH + EACH * TOGETHER) + 1)
    app = create_app(load(installation.environment(scratch, url), env_file=None))
    settle_memory()  # as a worker of the web server does
    app.add_url_rule("/webhooks/verified", view_func=_only_verify, methods=["POST"])
    page, cookie = history.make(app, installation.AT)
    webhooks = iter([signed.status_of(ref, turn) for turn, ref in enumerate(refs)])
    times = [_round(app, webhooks, page, cookie) for _ in range(ROUNDS)]
    queries = _queries(app, lambda: open_page(app, page, cookie))
    app.extensions["soi_dialer"].close()
    tell(f"  {ROUNDS} rounds done")
    yield _row("Verification with parsing", times, "verify", 2.7)
    yield _row("Stored webhook, 16 under way", times, "together", 8, aim=5)
    yield _row("Stored webhook, alone", times, "alone", None)
    yield _row("Contact page, 5 years of calls", times, "page", 15)
    yield Figure("its queries, the session's one included", "-", f"{queries}", queries, 5, most=True)


def _round(app: Flask, webhooks: Iterator, page: str, cookie: str) -> dict[str, float]:
    """Median microseconds of one request of each kind; of those under way together, their share of the time."""
    bare, sample = hello.create_app(), signed.status_of("0" * 32, 0)
    check = signed.signed("/webhooks/verified", sample.body)
    some = [next(webhooks) for _ in range(BATCH)]
    return {
        "hello": _median(lambda w: post(bare, w, "/hello"), [sample] * 2 * BATCH),
        "verify": _median(lambda w: post(app, w), [check] * 2 * BATCH),
        "alone": _median(lambda w: post(app, w), some),
        "together": _share(app, [next(webhooks) for _ in range(EACH * TOGETHER)]),
        "page": _median(lambda _: open_page(app, page, cookie), [None] * BATCH),
    }


def _median(call: Callable, items: Sequence) -> float:
    spent = []
    for item in items:
        began = time.perf_counter()
        call(item)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1e6


def _share(app: Flask, webhooks: list) -> float:
    """As a server does it: each thread takes its next request as soon as it has answered one."""

    def answer(some: list) -> None:
        for webhook in some:
            post(app, webhook)

    with ThreadPoolExecutor(TOGETHER) as pool:
        began = time.perf_counter()
        list(pool.map(answer, [webhooks[first::TOGETHER] for first in range(TOGETHER)]))
        return (time.perf_counter() - began) / len(webhooks) * 1e6


def post(app: Flask, webhook: signed.Webhook, path: str | None = None) -> None:
    _ask(app, {**webhook.environ(), "PATH_INFO": path or webhook.path, "wsgi.input": io.BytesIO(webhook.body)})


def open_page(app: Flask, path: str, cookie: str) -> None:
    _ask(app, {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_COOKIE": cookie, "wsgi.input": io.BytesIO()})


def _ask(app: Flask, environ: dict) -> None:
    answer: list[str] = []
    body = app(_SERVER | environ, lambda status, headers: answer.append(status))
    b"".join(body)
    if not answer[0].startswith("2"):
        raise RuntimeError(f"{environ['PATH_INFO']} was answered {answer[0]}")


_SERVER = {
    "SCRIPT_NAME": "",
    "QUERY_STRING": "",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "5000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "127.0.0.1:5000",
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
}


def _only_verify():
    verified()
    return nothing()


def _queries(app: Flask, ask: Callable[[], None]) -> int:
    said: list[str] = []
    event.listen(app.extensions["soi_dialer"].db.engine, "before_cursor_execute", lambda *seen: said.append(seen[2]))
    ask()
    return sum(not statement.startswith("BEGIN") for statement in said)


def _row(name: str, times: list[dict[str, float]], kind: str, target: float | None, aim: float | None = None) -> Figure:
    ratio = statistics.median(one[kind] / one["hello"] for one in times)
    base, mine = (statistics.median(one[key] for one in times) for key in ("hello", kind))
    return Figure(name, f"Flask hello {base:.0f} us", f"{mine:,.0f} us", ratio, target, aim, most=True)

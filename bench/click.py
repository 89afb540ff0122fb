"""A click: the time that we add around the carrier's answer. The carrier is a stub that measures its own time."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import update

from app import create_app
from bench import hello, installation, servers, signed
from bench.table import Figure
from config import load
from soi_dialer.flows.make_token import make_token
from soi_dialer.serving import settle_memory
from soi_dialer.store import agents, tables

CLICKS, WARM_UP = 150, 10


def figures(scratch: Path, tell: Callable[[str], None]) -> Iterator[Figure]:
    """A call through the API, from the request to its answer, less the carrier's part of it."""
    url, port = f"sqlite:///{scratch / 'click.db'}", servers.free_port()
    command = [sys.executable, "-m", "bench.click", str(port), str(CLICKS + WARM_UP)]
    with servers.running(command, installation.environment(scratch, url), port, stdout=subprocess.PIPE) as stub:
        app = _office(scratch, url, port)
        bare, sample = hello.create_app().test_client(), signed.status_of("0" * 32, 0)
        base = sorted(_seconds(lambda: bare.post("/hello", data=sample.body)) for _ in range(CLICKS))
        spent = _clicks(app)
        theirs = json.loads(stub.stdout.readline())
        app.extensions["soi_dialer"].close()
    ours = sorted(mine - its for mine, its in zip(spent, theirs, strict=True))
    p50, p95 = (ours[len(ours) * part // 100] * 1000 for part in (50, 95))
    tell(f"  {CLICKS} clicks: median {p50:.1f} ms")
    baseline = f"Flask hello {base[len(base) // 2] * 1e3:.2f} ms"
    name = "Our own part of a click, 95th percentile"
    yield Figure(name, baseline, f"median {p50:.1f} ms", p95, 15, most=True, unit=" ms")


def _office(scratch: Path, url: str, port: int):
    installation.fill(url, 1)
    settings = installation.environment(scratch, url, TWILIO_API_URL=f"http://127.0.0.1:{port}")
    app = create_app(load(settings, env_file=None))
    settle_memory()  # as a worker of the web server does
    phone = {"office_id": 1, "agent_id": 1, "contact_id": 1, "number": "+12125550147"}
    with app.extensions["soi_dialer"].db.write() as connection:
        connection.execute(tables.contact_phone.insert().values(phone))
    return app


def _clicks(app) -> list[float]:
    """Seconds of each click after the warm-up; each call is over before the next."""
    dialer, client = app.extensions["soi_dialer"], app.test_client()
    with dialer.db.read() as connection:
        agent = agents.get(connection, 1)
    headers = {"Authorization": f"Bearer {make_token(dialer, agent)}"}
    spent = []
    for number in range(CLICKS + WARM_UP):
        with dialer.db.write() as connection:
            over = {"state": "ended", "outcome": "connected", "placed_at": installation.AT}
            connection.execute(update(tables.call).values(over))
        took = _seconds(lambda: _click(client, headers))
        if number >= WARM_UP:
            spent.append(took)
    return spent


def _click(client, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/calls", json={"contact_id": 1}, headers=headers)
    if answer.status_code != 202 or answer.json["state"] == "ended":
        raise RuntimeError(f"the click was answered {answer.status_code}: {answer.text}")


def _seconds(call: Callable) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _carrier(port: int, answers: int) -> None:
    """Answers so many requests for a call, then prints the seconds that each took here, but for the warm-up."""
    with socket.create_server(("127.0.0.1", port)) as server:
        spent: list[float] = []
        while len(spent) < answers:
            connection, _ = server.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _answer_all(connection, spent)
    print(json.dumps(spent[WARM_UP:]), flush=True)


def _answer_all(connection: socket.socket, spent: list[float]) -> None:
    """Every request on this connection; a request is in when its body is."""
    got = b""
    while part := connection.recv(65536):
        began = time.perf_counter()
        got += part
        head, found, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0] or 0)
        if not found or len(body) < length:
            continue
        got = b""
        connection.sendall(_created())
        spent.append(time.perf_counter() - began)
        if len(spent) == CLICKS + WARM_UP:
            return


def _created() -> bytes:
    call = {"sid": "CA" + secrets.token_hex(16), "account_sid": signed.ACCOUNT, "status": "queued", "duration": None}
    body = json.dumps(call | {"to": "+12025550101", "from": "+12025550100", "direction": "outbound-api"}).encode()
    head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


if __name__ == "__main__":
    _carrier(int(sys.argv[1]), int(sys.argv[2]))

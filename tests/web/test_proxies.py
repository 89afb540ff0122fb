"""Behind proxies of ours the visitor's own address counts; what a visitor claims about it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import request

from app import create_app
from soi_dialer import wiring
from tests.cast import cast
from tests.fakes import FakeCarrier
from tests.world import make_settings


def address_seen(tmp_path: Path, proxies: str, forwarded: str) -> str:
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path / 'test.db'}", TRUSTED_PROXIES=proxies)
    dialer = wiring.build(settings, carrier=FakeCarrier())
    cast(dialer.db)
    app = create_app(settings, dialer)
    app.add_url_rule("/address", view_func=lambda: request.remote_addr)
    try:
        return app.test_client().get("/address", headers={"X-Forwarded-For": forwarded}).text
    finally:
        dialer.close()


@pytest.mark.parametrize(
    "proxies, forwarded, seen",
    [
        ("0", "198.51.100.7", "127.0.0.1"),
        ("1", "198.51.100.7", "198.51.100.7"),
        ("1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("2", "198.51.100.7, 10.0.0.1", "198.51.100.7"),
    ],
)
def test_only_as_many_proxies_are_believed_as_there_are(tmp_path: Path, proxies: str, forwarded: str, seen: str):
    assert address_seen(tmp_path, proxies, forwarded) == seen

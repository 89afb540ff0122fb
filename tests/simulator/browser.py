"""Chromium for tests of the handset page; nothing is downloaded, the machine's own is used."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def chromium_path() -> str:
    """Where Chromium is. Skips the test without one, except under CI, where a missing browser is a failure."""
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None and os.environ.get("CI"):
        pytest.fail("no Chromium found, and CI must run the browser tests")
    if path is None:
        pytest.skip("no Chromium on this machine: the handset page is not tested")
    return path


@contextmanager
def browsing() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, "--disable-sync"])
        yield browser
        browser.close()

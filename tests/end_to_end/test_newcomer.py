"""A newcomer's first minutes, in a real browser: a call out, a message, a call back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.company import Company
from tests.end_to_end.office import practice
from tests.end_to_end.programs import eventually
from tests.simulator.browser import browsing

PATIENT_MILLISECONDS = 45_000
WHO = "Jane Doe"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@contextmanager
def first_visit(browser: Browser, complaints: list[str]) -> Iterator[Any]:
    """Two windows of one browser, as a person has them beside each other; what they complain about is kept."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(PATIENT_MILLISECONDS)
    expect.set_options(timeout=PATIENT_MILLISECONDS)

    def window() -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        return page

    yield window
    expect.set_options(timeout=5_000)
    context.close()


def own(handsets: Page) -> Locator:
    return handsets.locator("#own .phone")


def phone_of(handsets: Page, name: str) -> Locator:
    return handsets.locator("#contacts .phone").filter(has=handsets.get_by_role("heading", name=name, exact=True))


def press(where: Locator | Page, name: str | re.Pattern[str]) -> None:
    where.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()


def sign_in(page: Page, words: str, url: str) -> None:
    email, password = re.search(r"Sign in as (\S+) with the password (\S+)", words).groups()
    page.goto(url)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def talk(page: Page, handsets: Page, name: str) -> None:
    """From the call's page just opened: take it, be joined, talk for a while, hang up. The page is never reloaded."""
    page.evaluate("window.sameDocument = true")
    press(own(handsets), "Answer")
    expect(own(handsets).locator(".hears")).to_contain_text(name)
    press(own(handsets), "1")
    press(phone_of(handsets, name), "Answer")
    expect(page.get_by_role("timer")).to_be_visible()
    time.sleep(2)  # they talk
    press(phone_of(handsets, name), "Hang up")
    expect(own(handsets).locator(".hears")).to_contain_text("Press 1 if you talked")
    press(own(handsets), "1")
    expect(page.locator(".summary")).to_contain_text("Talk time")
    assert page.evaluate("window.sameDocument") is True


def leave_a_message(handsets: Page, name: str) -> None:
    """The contact calls; the agent does not take it."""
    handsets.get_by_label("Find a phone").fill(name)
    press(phone_of(handsets, name), "Call the agent")
    press(own(handsets), "Decline")
    words = phone_of(handsets, name).get_by_label("Say something after the beep")
    words.fill("We found a house. Call me back!")
    press(phone_of(handsets, name), "Send & hang up")
    expect(phone_of(handsets, name)).to_contain_text("Message left.")


def talked_this_week(page: Page, url: str) -> str:
    page.goto(f"{url}/week")
    return page.get_by_role("main").inner_text()


def plays(message: Locator) -> float:
    """The length of a message in seconds, as the browser itself finds it."""
    audio = message.locator("audio")
    audio.evaluate("audio => { audio.preload = 'auto'; audio.load(); }")
    return eventually(lambda: audio.evaluate("audio => audio.readyState >= 1 && audio.duration"), "the sound to load")


def test_the_first_call_the_first_message_and_the_call_back(browser, tmp_path):
    complaints: list[str] = []
    with (
        practice(tmp_path, SIMULATOR_SCALE=10) as (program, url, handsets_url),
        first_visit(browser, complaints) as window,
    ):
        page, handsets = window(), window()
        handsets.goto(handsets_url)
        sign_in(page, program.words(), url)
        before = talked_this_week(page, url)
        page.goto(f"{url}/contacts")
        page.get_by_role("link", name=WHO).first.click()
        contact_page = page.url
        press(page, re.compile("^Call"))
        talk(page, handsets, WHO)
        assert talked_this_week(page, url) != before

        leave_a_message(handsets, WHO)
        page.goto(f"{url}/voicemails")
        message = page.locator(".debt").filter(has_text="We found a house.")
        eventually(lambda: page.reload() and message.locator("audio").count(), "the message with its sound")
        expect(message).to_contain_text(WHO)
        assert plays(message) >= 10

        page.goto(f"{url}/callbacks")
        expect(page.locator(".debt").filter(has_text=WHO)).to_be_visible()
        page.goto(contact_page)
        expect(page.get_by_role("heading", name="To call back")).to_be_visible()
        press(page, re.compile("^Call"))
        talk(page, handsets, WHO)
        page.goto(f"{url}/callbacks?state=returned")
        expect(page.locator(".debt").filter(has_text=WHO).first).to_be_visible()
        page.goto(contact_page)
        expect(page.get_by_role("heading", name="To call back")).to_have_count(0)
        assert Company(handsets_url).problems() == []
    assert complaints == []

"""Pages in a real browser: accessible in light and dark, small and large, by keyboard, and live."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from soi_dialer.store import calls
from tests.web.scene import PASSWORD, Props, Scene

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_ON_A_PHONE = 44
PATIENCE = 10_000


class Quiet(WSGIRequestHandler):
    def log(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None and os.environ.get("CI"):
        pytest.fail("no Chromium found, and CI must run the browser tests")
    if path is None:
        pytest.skip("no Chromium on this machine: pages are not tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory, props: Props) -> Iterator[tuple[Scene, str]]:
    """One installation in practice mode for all pages that are only looked at."""
    yield from _serve(props, tmp_path_factory.mktemp("served"))


@pytest.fixture
def fresh(tmp_path: Path, props: Props) -> Iterator[tuple[Scene, str]]:
    yield from _serve(props, tmp_path)


def _serve(props: Props, data_dir: Path) -> Iterator[tuple[Scene, str]]:
    scene = props.scene(data_dir, TWILIO_ACCOUNT_SID="")
    server = make_server("127.0.0.1", 0, scene.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield scene, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    scene.world.close()


def open_page(chromium: Browser, url: str, width: int = 1280, scheme: str = "light", **more) -> Page:
    """A page that is signed in; script errors and broken promises of the CSP fail the test."""
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, base_url=url, reduced_motion="reduce", **more
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda line: page.complaints.append(line.text) if "Content Security" in line.text else None)
    page.goto("/sign-in")
    page.fill("#email", "owner@example.com")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    return page


def wrongs_of(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    return [f"{wrong['id']}: {wrong['nodes'][0]['html']}" for wrong in found.response["violations"]]


# Colors do not depend on the width, nor the layout on the colors, so two of the four pairs see everything.
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_no_page_has_an_accessibility_mistake(chromium, served, width, scheme):
    scene, url = served
    page = open_page(chromium, url, width, scheme)
    for path in [*scene.paths(), "/nowhere", "/contacts?q=nobody", "/callbacks?state=returned"]:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        assert wrongs_of(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is too wide"
    assert page.complaints == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mistakes_are_shown_accessibly(chromium, served, scheme):
    scene, url = served
    page = open_page(chromium, url, 390, scheme)
    page.goto("/contacts/new")
    page.fill("#name", "Ida Wells")
    page.fill("#number-1", "911")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("never called from here")
    expect(page.locator("#name")).to_have_value("Ida Wells")
    assert wrongs_of(page) == []
    page.goto("/sign-in")
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("#email", "x@example.com")
    page.fill("#password", "wrong wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    assert wrongs_of(page) == []
    page.context.close()


def test_on_a_phone_everything_to_press_is_large_enough_for_a_thumb(chromium, served):
    scene, url = served
    page = open_page(chromium, url, 390)
    for path in scene.paths():
        page.goto(path)
        heights = page.eval_on_selector_all(
            "button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), .form-check-label, summary,"
            " .menu a, .row-link, .tabs a",
            "all => all.filter(one => one.offsetParent)"
            ".map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])",
        )
        assert [pair for pair in heights if pair[1] < SMALLEST_ON_A_PHONE] == [], path
    page.context.close()


def test_a_call_is_placed_and_followed_by_keyboard_without_reloading(chromium, fresh):
    scene, url = fresh
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.live, state="ended", outcome="canceled")
    page = open_page(chromium, url)
    page.goto(f"/contacts/{scene.jane}")
    button = page.get_by_role("button", name="Call Jane Doe at (212) 555-0147")
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    outline = button.evaluate("one => getComputedStyle(one).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/*")
    status = page.locator("#status")
    expect(status).to_be_focused()
    expect(status).to_have_attribute("aria-live", "polite")
    note = page.get_by_label("Note")
    note.fill("Typed while it rings")
    call_id = int(page.url.rsplit("/", 1)[1].partition("#")[0])

    def move(**changes):
        with scene.dialer.db.write() as conn:
            calls.change(conn, call_id, **changes)

    move(state="screening")
    expect(status).to_have_text("You are on the line. Press 1 on your phone to call Jane Doe.")
    move(state="talking", talk_started_at=scene.world.now)
    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.get_by_role("timer")).not_to_have_text("0:00")
    page.locator("#hang-up").focus()
    move(outcome="connected", measured_outcome="connected")
    expect(page.get_by_role("group", name="How did it go?")).to_be_visible()
    expect(page.locator("#hang-up")).to_be_focused()
    assert wrongs_of(page) == []
    move(state="ended", talk_seconds=540)
    expect(status).to_have_text("You talked with Jane Doe.")
    expect(page.locator("#call-top")).to_contain_text("9 min")
    expect(note).to_have_value("Typed while it rings")
    page.get_by_role("radio", name="Left a message").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    with scene.dialer.db.read() as conn:
        row = calls.get(conn, scene.owner, call_id)
    assert (row["note"], row["disposition"]) == ("Typed while it rings", "left_voicemail")
    assert page.complaints == []
    page.context.close()


def test_without_script_everything_but_liveness_works(chromium, fresh):
    scene, url = fresh
    page = open_page(chromium, url, java_script_enabled=False)
    page.goto(f"/calls/{scene.live}")
    assert "See how it stands" in page.content()
    page.get_by_role("button", name="Cancel the call").click()
    expect(page.get_by_role("button", name="Hanging up")).to_be_visible()
    page.goto(f"/callbacks/{scene.callback}")
    page.get_by_label("Why is no call needed any more?").fill("She moved away")
    page.get_by_role("button", name="Waive it").click()
    expect(page.get_by_text("Closed, with your reason.")).to_be_visible()
    page.context.close()


def test_people_are_found_while_one_types_and_opened_by_keyboard(chromium, served):
    _scene, url = served
    page = open_page(chromium, url)
    page.goto("/contacts")
    rows = page.locator("#found a.row-link")
    expect(rows).not_to_have_count(1)
    page.locator("#q").press_sequentially("garc")
    expect(page).to_have_url(f"{url}/contacts?q=garc")  # said last; parts of it may have been asked before
    expect(rows).to_have_count(1)
    expect(page.locator("#found-count")).to_have_text("1 person found")
    page.locator("#q").press("ArrowDown")
    expect(rows).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ana García")).to_be_visible()
    assert page.complaints == []
    page.context.close()


def test_a_lost_connection_is_said_and_healed(chromium, fresh):
    scene, url = fresh
    page = open_page(chromium, url)
    page.goto(f"/calls/{scene.live}")
    page.route("**/live", lambda route: route.abort())
    expect(page.locator("#lost")).to_be_visible(timeout=15_000)
    page.unroute("**/live")
    expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
    page.context.close()


def test_a_message_is_played_from_our_own_disk(chromium, served):
    scene, url = served
    page = open_page(chromium, url)
    page.goto("/voicemails")
    player = page.locator("audio")
    expect(player).to_have_attribute("preload", "none")
    loaded = player.evaluate(
        "one => new Promise(done => { one.onloadedmetadata = () => done(one.duration);"
        " one.onerror = () => done(-1); one.load(); one.preload = 'auto' })"
    )
    assert loaded > 0
    assert page.complaints == []
    page.context.close()

"""Beside a call in a real browser: nothing typed is lost, and nothing reloads while they talk."""

from __future__ import annotations

from playwright.sync_api import expect

from soi_dialer.store import calls
from tests.web.test_browser import chromium, fresh, open_page, wrongs_of

__all__ = ["chromium", "fresh"]


def test_answers_are_kept_without_a_reload_and_the_note_outlives_the_browser(chromium, fresh):
    scene, url = fresh
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.live, state="talking", talk_started_at=scene.world.now)
    page = open_page(chromium, url, 390)
    page.goto(f"/calls/{scene.live}")
    page.evaluate("window.same = true")
    answer = page.get_by_label("What they say: house")
    answer.fill("A new deck")
    answer.press("Enter")
    expect(page.locator(".noted")).to_have_text("A new deck")
    expect(page.get_by_label("What they say: house")).to_be_focused()
    expect(page.locator("#conversation-said")).to_contain_text("Kept.")
    page.locator("#openings summary").click()
    page.get_by_role("button", name="Tag new job").click()
    expect(page.locator("#openings .noted")).to_have_text("Tagged")
    page.get_by_label("Note").fill("Typed and never sent")
    assert page.evaluate("window.same")
    page.goto("/calls")
    page.goto(f"/calls/{scene.live}")
    expect(page.get_by_label("Note")).to_have_value("Typed and never sent")
    expect(page.locator("#draft-said")).to_be_visible()
    with scene.dialer.db.write() as conn:
        calls.change(conn, scene.live, state="ended", outcome="connected", measured_outcome="connected")
    page.get_by_role("radio", name="+1 week").check()
    assert wrongs_of(page) == []
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_text("Saved. You will come back to them")).to_be_visible()
    with scene.dialer.db.read() as conn:
        row = calls.get(conn, scene.owner, scene.live)
    assert (row["note"], row["wrapped_at"]) == ("Typed and never sent", scene.world.now)
    page.goto(f"/calls/{scene.live}")
    expect(page.locator("#draft-said")).to_be_hidden()
    assert page.complaints == []
    page.context.close()


def test_on_return_from_the_phones_own_dialer_the_page_asks(chromium, fresh):
    scene, url = fresh
    page = open_page(chromium, url, 390)
    page.goto(f"/contacts/{scene.jane}/prepare")
    expect(page.locator("#reached")).to_be_hidden()
    page.get_by_role("link", name="From this phone").evaluate(
        "link => { link.addEventListener('click', event => event.preventDefault()); link.click();"
        " document.dispatchEvent(new Event('visibilitychange')) }"
    )
    page.get_by_role("link", name="Log the call").click()
    expect(page.get_by_role("heading", name="Your call with Jane Doe")).to_be_visible()
    page.context.close()

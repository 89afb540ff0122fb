"""Today's list by the keyboard, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from soi_dialer.flows.today import todays_list
from tests.web.test_browser import chromium, fresh, open_page

__all__ = ["chromium", "fresh"]  # fixtures


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def today(chromium: Browser, fresh):
    """The page, and the names on its list."""
    scene, url = fresh
    page = open_page(chromium, url)
    yield page, [row["name"] for row in todays_list(scene.dialer, scene.owner)]
    assert page.complaints == []
    page.context.close()


def test_the_list_is_worked_through_by_keys(today):
    page, names = today
    item = page.locator(".today-item[id^=item-]")
    press(page, "j")
    debt = page.locator(".today-item").first
    expect(debt).to_be_focused()  # messages come first
    press(page, "z")
    expect(debt.get_by_role("button", name="In an hour")).to_be_focused()
    item.nth(0).focus()
    press(page, "j", "k", "j")
    expect(item.nth(1)).to_be_focused()
    press(page, "z")
    expect(item.nth(1).get_by_role("button", name="In a week")).to_be_focused()
    item.nth(0).focus()
    press(page, "n")
    page.keyboard.type("jazz, says Jane")  # letters in a field are letters
    expect(item.nth(0).get_by_label("What to remember")).to_have_value("jazz, says Jane")
    item.nth(2).focus()
    press(page, "s")
    expect(page.get_by_text("Skipped for today.")).to_be_visible()
    expect(page.locator(".today-item", has_text=names[2])).to_contain_text("Skipped today")
    item.nth(0).focus()
    press(page, "c")
    page.wait_for_url("**/contacts/*/call")  # where it is refused, for the agent is in a call already


def test_the_keys_can_be_switched_off(today):
    page, _ = today
    press(page, "?")
    page.get_by_role("button", name="Switch the keys off").click()
    page.reload()
    press(page, "j")
    expect(page.locator(".today-item").nth(0)).not_to_be_focused()

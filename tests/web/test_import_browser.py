"""An import in a real browser: chosen, corrected, followed without reloading by hand, undone."""

from __future__ import annotations

from playwright.sync_api import expect

from soi_dialer.flows.import_work import work_on_imports
from tests.web.test_browser import chromium, fresh, open_page, wrongs_of

PATIENCE = 30_000
__all__ = ["chromium", "fresh"]  # fixtures


def test_an_import_is_followed_to_its_end_and_undone(chromium, fresh, tmp_path):
    scene, url = fresh
    book = tmp_path / "book.csv"
    book.write_text("who,reach,home,fax\nIda Wells,3125550142,Elm Street,\nAl Green,3125550143,Elm Street,\n")
    page = open_page(chromium, url, 390)
    page.goto("/contacts/import")
    page.get_by_label("CSV or vCard file").set_input_files(book)
    page.get_by_role("button", name="Look through it").click()
    page.get_by_label("who").select_option("Whole name")
    page.get_by_label("reach").select_option("Phone number")
    page.get_by_label("home").select_option("Household")
    page.get_by_text("1 column without anything in it").click()
    expect(page.get_by_label("fax")).to_be_visible(timeout=PATIENCE)
    assert wrongs_of(page) == []
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_text("2 new. Nothing is taken in yet.")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=PATIENCE)
    assert wrongs_of(page) == []
    work_on_imports(scene.dialer)
    expect(page.get_by_role("heading", name="Taken in")).to_be_visible(timeout=PATIENCE)
    done = page.url
    page.goto("/contacts?q=ida")
    page.get_by_role("link", name="Ida Wells").click()
    page.get_by_role("link", name="Elm Street").click()
    expect(page.get_by_role("link", name="Al Green")).to_be_visible(timeout=PATIENCE)
    assert wrongs_of(page) == []
    page.goto(done)
    page.locator("summary").click()
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=PATIENCE)
    work_on_imports(scene.dialer)
    expect(page.get_by_text("Everybody is as they were before.")).to_be_visible(timeout=PATIENCE)
    assert page.complaints == []
    page.context.close()

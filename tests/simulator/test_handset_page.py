from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, request
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.serving import make_server

from soi_dialer.simulator.server import QuietHandler, Running, start_in_thread
from tests.simulator.browser import browsing

ACCOUNT, TOKEN = "AC" + "5" * 32, "a-token-for-tests"
LINE, AGENT, JANE, CARLOS = "+15005550006", "+12025550100", "+13035551001", "+13035551002"

SCREEN = (
    '<Response><Gather numDigits="1" action="/connect" timeout="20">'
    "<Say>Jane Doe. Press 1 to connect.</Say></Gather><Hangup/></Response>"
)
CONNECT = f'<Response><Dial callerId="{LINE}" timeout="30"><Number>{JANE}</Number></Dial><Hangup/></Response>'
GREETING = (
    "<Response><Say>Leave a message.</Say>"
    '<Record maxLength="118" playBeep="true" action="/thanks" recordingStatusCallback="/recorded"/></Response>'
)


class Receiver:
    """A dialer that only knows its lines by heart, and remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.lines = {"/screen": SCREEN, "/connect": CONNECT, "/voice": GREETING, "/thanks": "<Response/>"}
        app = Flask("receiver", static_folder=None)
        app.add_url_rule("/<path:path>", "answer", self.answer, methods=["GET", "POST"])
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
        self.url = f"http://127.0.0.1:{self.server.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> Response:
        self.heard.append((f"/{path}", request.form.to_dict()))
        line = self.lines.get(f"/{path}")
        return Response(line, mimetype="text/xml") if line else Response(status=204)

    def told(self, path: str) -> list[dict[str, str]]:
        return [params for heard, params in self.heard if heard == path]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def company(receiver: Receiver) -> Iterator[Running]:
    running = start_in_thread(ACCOUNT, TOKEN, scale=20)
    put(running, f"numbers/{LINE}", voice_url=f"{receiver.url}/voice", sms_url=f"{receiver.url}/sms")
    put(running, f"handsets/{AGENT}", name="Alex Morgan", persona={"kind": "manual"}, mine=True)
    put(running, f"handsets/{JANE}", name="Jane Doe", persona={"kind": "manual"})
    put(running, f"handsets/{CARLOS}", name="Carlos Ortega", persona={"kind": "answers"})
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, company: Running) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(company.url)
    yield page
    context.close()
    assert [complaint for complaint in complaints if "Failed to load" not in complaint] == []


def put(company: Running, path: str, **body: Any) -> None:
    requests.put(f"{company.url}/_sim/{path}", json=body, timeout=5).raise_for_status()


def state(company: Running) -> dict[str, Any]:
    return requests.get(f"{company.url}/_sim/state", timeout=5).json()


def click_to_call(company: Running, receiver: Receiver) -> None:
    """What the dialer does when *Call* is clicked: it asks the carrier to ring the agent."""
    url = f"{company.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    body = {"To": AGENT, "From": LINE, "Url": f"{receiver.url}/screen"}
    requests.post(url, data=body, auth=(ACCOUNT, TOKEN), timeout=5).raise_for_status()


def own(page: Page) -> Locator:
    return page.locator("#own .phone")


def phone(page: Page, name: str) -> Locator:
    return page.locator("#contacts .phone").filter(has=page.get_by_role("heading", name=name, exact=True))


def press(where: Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def test_a_call_is_answered_connected_and_ended_on_the_page(page, company, receiver):
    expect(own(page)).to_contain_text("Quiet")
    click_to_call(company, receiver)
    expect(own(page)).to_contain_text("Ringing")
    expect(page.locator("#news")).to_have_text("Your phone is ringing.")
    press(own(page), "Answer")
    expect(own(page).locator(".hears")).to_have_text("Jane Doe. Press 1 to connect.")
    press(own(page), "1")
    press(phone(page, "Jane Doe"), "Answer")
    expect(phone(page, "Jane Doe")).to_contain_text("In a call")
    expect(page.locator("#contacts .phone").first).to_contain_text("Jane Doe")
    press(own(page), "Hang up")
    expect(own(page)).to_contain_text("Quiet")
    expect(phone(page, "Jane Doe").get_by_role("button", name="Call the agent")).to_be_visible()
    assert receiver.told("/connect")[0]["Digits"] == "1"
    assert state(company)["problems"] == []


def test_a_contact_calls_in_from_the_page_and_leaves_a_message(page, company, receiver):
    press(phone(page, "Jane Doe"), "Call the agent")
    words = phone(page, "Jane Doe").get_by_label("Say something after the beep")
    expect(words).to_have_value("Hi, it's Jane. I have a question about the house. Please call me back when you can.")
    phone(page, "Jane Doe").get_by_label("Seconds").fill("20")
    press(phone(page, "Jane Doe"), "Send & hang up")
    expect(phone(page, "Jane Doe")).to_contain_text("Message left.")
    assert company.company.wait_idle()
    assert receiver.told("/voice")[0]["From"] == JANE
    assert receiver.told("/recorded")[0]["RecordingDuration"] == "20"


def test_a_hidden_number_is_hidden(page, company, receiver):
    phone(page, "Jane Doe").get_by_text("More").click()
    phone(page, "Jane Doe").get_by_label("Hide the number when calling").check()
    press(phone(page, "Jane Doe"), "Call the agent")
    press(phone(page, "Jane Doe"), "Hang up")
    assert company.company.wait_idle()
    assert receiver.told("/voice")[0]["From"] != JANE


def test_a_declined_call_is_over(page, company, receiver):
    click_to_call(company, receiver)
    press(own(page), "Decline")
    expect(own(page)).to_contain_text("Quiet")
    assert company.company.wait_idle()
    assert [call["status"] for call in state(company)["calls"]] == ["busy"]
    assert receiver.told("/screen") == []


def test_the_keys_of_the_keyboard_are_keys_of_the_phone(page, company, receiver):
    click_to_call(company, receiver)
    own(page).get_by_role("button", name="Answer").press("Enter")
    own(page).get_by_role("button", name="Hang up").press("1")
    expect(phone(page, "Jane Doe")).to_contain_text("Ringing")
    press(own(page), "Hang up")


def test_words_being_typed_survive_whatever_happens_meanwhile(page, company, receiver):
    press(phone(page, "Jane Doe"), "Call the agent")
    words = phone(page, "Jane Doe").get_by_label("Say something after the beep")
    words.fill("My own words")
    put(company, f"handsets/{CARLOS}", name="Carlos the Second")
    expect(phone(page, "Carlos the Second")).to_be_visible()
    expect(words).to_have_value("My own words")
    expect(words).to_be_focused()
    press(phone(page, "Jane Doe"), "Hang up")


def test_the_page_changes_habits_time_and_manners(page, company):
    carlos = phone(page, "Carlos Ortega")
    carlos.get_by_text("More").click()
    carlos.get_by_label("for minutes").fill("9")
    carlos.get_by_label("for minutes").blur()
    expect(carlos).to_contain_text("Talks 9 min")
    carlos.get_by_label("When it rings").select_option("voicemail")
    expect(carlos).to_contain_text("Has voicemail")
    page.get_by_label("60×").check()
    page.get_by_label("Webhooks come").select_option("doubled")
    page.wait_for_function("fetch('/_sim/state').then((r) => r.json()).then((s) => s.settings.manner === 'doubled')")
    settings = state(company)["settings"]
    assert (settings["scale"], settings["manner"]) == (60, "doubled")


def test_a_text_reaches_the_dialer(page, company, receiver):
    carlos = phone(page, "Carlos Ortega")
    carlos.get_by_text("More").click()
    carlos.get_by_label("Text to the agent").fill("Are you free at 5?")
    press(carlos, "Send text")
    expect(carlos).to_contain_text("Text sent.")
    assert company.company.wait_idle()
    assert receiver.told("/sms")[0]["Body"] == "Are you free at 5?"


def test_a_text_from_the_dialer_shows_on_the_phone_it_is_for(page, company):
    url = f"{company.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    body = {"To": AGENT, "From": LINE, "Body": "Jane Doe left a message: <b>call back</b> by 3 PM."}
    requests.post(url, data=body, auth=(ACCOUNT, TOKEN), timeout=5).raise_for_status()
    expect(own(page).get_by_role("listitem")).to_have_text("Jane Doe left a message: <b>call back</b> by 3 PM.")


def test_a_phone_is_found_by_name_or_number(page):
    page.get_by_label("Find a phone").fill("orte")
    expect(page.locator("#contacts .phone")).to_have_count(1)
    page.get_by_label("Find a phone").fill("555-1001")
    expect(page.locator("#contacts .phone .name")).to_have_text(["Jane Doe"])
    page.get_by_label("Find a phone").fill("nobody at all")
    expect(page.get_by_text("No phone matches that.")).to_be_visible()


def test_a_mistake_in_twiml_is_shown_with_the_webhook_that_made_it(page, company, receiver):
    receiver.lines["/voice"] = "<Response><Shout>Hello</Shout></Response>"
    press(phone(page, "Jane Doe"), "Call the agent")
    expect(page.locator("#problem-list")).to_contain_text("Shout")
    expect(page.locator("#jump")).to_contain_text("found")
    expect(page.locator("#deliveries")).to_contain_text("/voice")
    expect(page.locator("#deliveries")).to_contain_text("200")


def test_a_stopped_simulator_is_told(page, company):
    expect(own(page)).to_contain_text("Quiet")
    page.route("**/_sim/state*", lambda route: route.fulfill(status=500, body="{}"))
    put(company, f"handsets/{CARLOS}", name="Carlos")
    expect(page.get_by_text("The simulator does not answer.")).to_be_visible()
    page.unroute("**/_sim/state*")
    expect(page.get_by_text("The simulator does not answer.")).to_be_hidden()


def test_what_a_phone_hears_is_spoken_once_sound_is_on(page, company, receiver):
    page.get_by_role("button", name="Turn sound on").click()
    expect(page.get_by_role("button", name="Sound is on")).to_have_attribute("aria-pressed", "true")
    click_to_call(company, receiver)
    with page.expect_request("**/speech.wav?*") as asked:
        press(own(page), "Answer")
    assert "Jane%20Doe.%20Press%201" in asked.value.url
    press(own(page), "Hang up")


def test_whoever_calls_from_the_page_acts_for_the_owner_only_until_the_call_is_over(page, company):
    press(phone(page, "Carlos Ortega"), "Call the agent")
    expect(phone(page, "Carlos Ortega").get_by_label("Say something after the beep")).to_be_visible()
    press(phone(page, "Carlos Ortega"), "Hang up")
    expect(phone(page, "Carlos Ortega")).to_contain_text("Talks 1 min")


def busy_scene(page: Page, company: Running, receiver: Receiver) -> None:
    """As many different things on the page as there can be at once."""
    press(phone(page, "Jane Doe"), "Call the agent")
    expect(phone(page, "Jane Doe").get_by_label("Say something after the beep")).to_be_visible()
    company.company.problem(12200, "There is no verb Shout", url=f"{receiver.url}/voice")
    phone(page, "Carlos Ortega").get_by_text("More").click()
    page.locator(".delivery summary").first.click()
    click_to_call(company, receiver)
    expect(own(page)).to_contain_text("Ringing")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("moment", ["quiet", "busy", "talking"])
def test_nothing_on_the_page_is_out_of_reach_for_anyone(page, company, receiver, scheme, moment):
    page.emulate_media(color_scheme=scheme)
    expect(own(page)).to_be_visible()
    if moment != "quiet":
        busy_scene(page, company, receiver)
    if moment == "talking":
        press(own(page), "Answer")
        expect(own(page).locator(".hears")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []


def test_on_a_small_phone_nothing_is_cut_off_and_every_target_can_be_hit(page, company, receiver):
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator("#settings summary").click()
    busy_scene(page, company, receiver)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small = page.evaluate(
        """[...document.querySelectorAll('button, input, select, textarea, summary, a:not(.skip)')]
        .filter((e) => e.checkVisibility() && e.type !== 'radio' && e.type !== 'checkbox')
        .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    )
    assert small == []

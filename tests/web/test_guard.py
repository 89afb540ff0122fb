"""Who may see what; forms only from our own pages; the headers of every page; nothing typed is lost."""

from __future__ import annotations

import html
import re

import pytest

from soi_dialer.store import calls, contacts
from tests.web.scene import HOME

OPEN_TO_ALL = {"/sign-in"}


def pages_of(app):
    """Every route of ours with its methods."""
    ours = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("web.")]
    return [rule for rule in ours if rule.endpoint != "web.static"]


def path_of(scene, rule) -> str:
    ids = {
        "agent_id": scene.owner.agent_id,
        "contact_id": scene.jane,
        "call_id": scene.talked,
        "callback_id": scene.callback,
        "voicemail_id": scene.voicemail,
        "item_id": scene.today,
        "referral_id": scene.referral,
        "fact_id": 1,
        "other_id": 2,
        "household_id": 1,
        "batch_id": scene.batch,
        "form": "csv",
        "name": "2026-W46",
    }
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda match: str(ids[match[1]]), rule.rule)


def test_every_page_and_form_asks_a_visitor_to_sign_in(scene, visitor):
    token = visitor.token("/sign-in")
    for rule in pages_of(scene.app):
        path = path_of(scene, rule)
        if path in OPEN_TO_ALL:
            continue
        for method in rule.methods - {"OPTIONS"}:
            answer = visitor.client.open(path, method=method, base_url=HOME, data={"csrf_token": token})
            assert answer.status_code in (302, 303), (method, path)
            assert answer.location.startswith("/sign-in"), (method, path)


@pytest.mark.parametrize("other", ["teammate", "stranger"])
def test_what_belongs_to_another_agent_is_not_there(scene, other):
    browser = scene.browser(other)
    with_ids = [rule for rule in pages_of(scene.app) if "_id>" in rule.rule]
    assert len(with_ids) >= 15
    for rule in with_ids:
        for method in rule.methods & {"GET", "POST"}:
            path = path_of(scene, rule)
            form = {"reason": "x", "when": "hour", "text": "x", "until_on": "2026-11-25"}
            answer = browser.get(path) if method == "GET" else browser.post(path, form)
            assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize("other", ["teammate", "stranger"])
def test_lists_show_nothing_of_another_agent(scene, other):
    browser = scene.browser(other)
    for path in ("/", "/contacts", "/contacts?q=555", "/calls", "/callbacks", "/voicemails", "/week"):
        text = browser.get(path).text
        assert "Jane" not in text and "555-" not in text, path


@pytest.mark.parametrize("bad", ["-1", "1e9", "NaN", "0", "99999999999999999999", "%00", "x", "1;drop", "4294967297"])
@pytest.mark.parametrize("kind", ["contacts", "calls", "callbacks"])
def test_an_id_that_is_none_is_simply_not_there(owner, kind, bad):
    assert owner.get(f"/{kind}/{bad}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=" + "A" * 10_000, "after=WzEsMl0", "q=%25_%5C", "q=" + "(a" * 5000, "q=%00", "sort=;drop",
     "page=1000000000", "after=WyJcdTAwMDAiLDFd"],
)  # fmt: skip
def test_odd_lists_are_asked_for_in_vain(owner, query):
    assert owner.get(f"/contacts?{query}").status_code == 200
    assert owner.get(f"/calls?{query.replace('after', 'before')}").status_code == 200
    assert owner.get(f"/callbacks?{query}").status_code == 200
    assert owner.get(f"/voicemails?{query.replace('after', 'before')}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/week/2026-W60", "/week/x", "/week/9999-W52", "/week/0001-W01", "/nowhere", "/contacts/1/nowhere"]
)
def test_an_address_of_nothing_says_so(owner, path):
    answer = owner.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_a_form_without_its_token_changes_nothing(scene, owner):
    for token in ("", "x", scene.browser("teammate").token()):
        answer = owner.post(f"/contacts/{scene.jane}/do-not-call", {"on": "1", "reason": "asked"}, token=token)
        assert answer.status_code == 400
    with scene.dialer.db.read() as conn:
        assert contacts.get(conn, scene.owner, scene.jane)["do_not_call_at"] is None


def test_a_form_from_another_site_changes_nothing_and_is_not_kept(scene, owner):
    path = f"/contacts/{scene.jane}/do-not-call"
    answer = owner.post(path, {"on": "1", "reason": "planted"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "planted" not in answer.text


def test_get_changes_nothing(scene, owner):
    shown = {rule.rule for rule in pages_of(scene.app) if "GET" in rule.methods}
    for rule in pages_of(scene.app):
        if rule.rule not in shown:
            assert owner.get(path_of(scene, rule)).status_code == 405, rule.rule


def test_every_page_has_the_strict_headers(scene, owner, visitor):
    answers = [visitor.get("/sign-in"), visitor.get("/"), *(owner.get(path) for path in ["/nowhere", *scene.paths()])]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_text_is_text_and_never_markup(scene, owner):
    text = owner.get("/contacts").text
    assert "Bob O&#39;Neil &lt;b&gt;" in text
    assert "<b>" not in text
    hit = owner.get("/contacts?q=<script>alert(1)</script>").text
    assert "<script>alert" not in hit


def test_what_was_typed_survives_being_signed_out(scene, owner):
    path, note = f"/calls/{scene.talked}/settle", 'She said "yes" <b> & more\nsecond line'
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(f"/calls/{scene.talked}").text)[1]
    form = {"note": note, "outcome": "left_voicemail", "seen": seen}
    token = owner.token()
    owner.post("/sign-out")
    late = owner.post(path, form, token=token)
    assert late.status_code == 403
    assert "Nothing is lost" in late.text
    kept = html.unescape(re.search(r'name="kept" value="([^"]*)"', late.text)[1])
    again = owner.sign_in("owner@example.com", kept=kept)
    assert again.status_code == 200
    assert note in html.unescape(again.text)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', again.text))
    assert fields["outcome"] == "left_voicemail"
    sent = owner.client.post(path, base_url=HOME, data=fields | {"note": note})
    assert sent.status_code == 303
    with scene.dialer.db.read() as conn:
        row = calls.get(conn, scene.owner, scene.talked)
    assert (row["note"], row["disposition"]) == (note, "left_voicemail")


def test_what_was_typed_survives_a_token_that_no_longer_holds(scene, owner):
    answer = owner.post(f"/contacts/{scene.jane}/facts", {"text": "Twins in spring"}, token="stale")
    assert answer.status_code == 400
    assert "Twins in spring" in answer.text and "Nothing is lost" in answer.text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    owner.client.post(f"/contacts/{scene.jane}/facts", base_url=HOME, data=fields | {"text": "Twins in spring"})
    assert "Twins in spring" in owner.get(f"/contacts/{scene.jane}").text


@pytest.mark.parametrize(
    "path, name",
    [("/plan", "income_goal"), ("/settings/scripts", "voicemail"), ("/contacts/several", "word"),
     ("/calls/log", "minutes"), ("/settings", "working_hours"), ("/contacts/new", "tags")],
)  # fmt: skip
def test_whatever_is_typed_into_any_form_survives_it(owner, path, name):
    answer = owner.post(path, {name: "typed by hand"}, token="stale")
    assert answer.status_code == 400
    assert "typed by hand" in answer.text and "Nothing is lost" in answer.text


def test_a_password_is_never_shown_again(visitor):
    answer = visitor.post("/sign-in", {"email": "owner@example.com", "password": "secret words"}, token="stale")
    assert answer.status_code == 400
    assert "secret words" not in answer.text


@pytest.mark.parametrize(
    "kept", ["x", "[]", '["//evil.example", [["note", "x"]]]', '["/", 7]', "null", "{}", '["/", [[1,2]]]']
)
def test_a_planted_kept_form_leads_nowhere_else(visitor, kept):
    answer = visitor.sign_in("owner@example.com", kept=kept)
    assert answer.status_code in (200, 303)
    assert "evil.example" not in answer.text


def test_too_large_a_form_is_refused_with_a_clear_page(scene, owner):
    answer = owner.post(f"/calls/{scene.talked}/settle", {"note": "x" * 600_000})
    assert answer.status_code == 413
    assert "too much text" in answer.text


def test_an_accident_shows_a_plain_page_and_no_secrets(scene, owner, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the inner secret")

    monkeypatch.setattr(contacts, "page", broken)
    answer = owner.get("/contacts")
    assert answer.status_code == 500
    assert "went wrong on our side" in answer.text
    assert "inner secret" not in answer.text

from __future__ import annotations

import pytest
from flask import Flask

from soi_dialer.simulator.guard import is_loopback
from soi_dialer.simulator.pages import add_pages


@pytest.fixture
def client():
    app = Flask("simulator", static_folder=None)
    add_pages(app)
    app.add_url_rule("/_sim/reset", "reset", view_func=lambda: "done", methods=["GET", "POST"])
    app.add_url_rule("/2010-04-01/Accounts.json", "rest", view_func=lambda: "rest", methods=["POST"])
    return app.test_client()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:5001", "localhost:5001", "[::1]:5001", "127.1.2.3"])
def test_names_of_this_machine_are_answered(client, host):
    assert client.get("/_sim/reset", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["example.com", "127.0.0.1.example.com", "localhost.example.com:5001", "10.0.0.4:5001", "0.0.0.0", "[::", ""],
)
def test_any_other_name_is_refused_even_when_it_leads_here(client, host):
    assert not is_loopback(host)


def test_a_site_that_calls_itself_our_address_cannot_read_the_state(client):
    response = client.get("/_sim/reset", headers={"Host": "rebound.example"})
    assert response.status_code == 403
    assert "127.0.0.1" in response.text


def test_a_program_on_this_machine_may_change_things(client):
    assert client.post("/_sim/reset", json={}).status_code == 200


def test_our_own_page_may_change_things(client):
    headers = {"Host": "127.0.0.1:5001", "Origin": "http://127.0.0.1:5001", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/_sim/reset", json={}, headers=headers).status_code == 200


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://127.0.0.1:9999", "https://127.0.0.1:5001"])
def test_another_site_cannot_change_anything(client, origin):
    headers = {"Host": "127.0.0.1:5001", "Origin": origin}
    assert client.post("/_sim/reset", json={}, headers=headers).status_code == 403


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", None])
def test_a_form_cannot_change_anything(client, kind):
    assert client.post("/_sim/reset", data="{}", content_type=kind).status_code == 403


def test_another_site_cannot_embed_the_state(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/_sim/reset", headers=headers).status_code == 403


def test_a_link_from_the_dialer_opens_the_page(client):
    headers = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=headers).status_code == 200


def test_the_carriers_rest_interface_is_not_guarded_by_origin(client):
    headers = {"Host": "simulator:5001", "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/2010-04-01/Accounts.json", headers=headers).text == "rest"


def test_the_page_allows_nothing_from_elsewhere_and_nothing_inline(client):
    response = client.get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "style=" not in response.text
    assert "<script>" not in response.text
    assert "//" not in response.text.replace("<!doctype", "")


def test_the_pages_files_are_served_by_us(client):
    for name, kind in [("main.js", "text/javascript"), ("page.css", "text/css"), ("icon.svg", "image/svg+xml")]:
        response = client.get(f"/handsets/{name}", buffered=True)
        assert (response.status_code, response.mimetype) == (200, kind)


def test_words_are_not_spoken_where_the_machine_cannot(client, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert client.get("/speech.wav?text=a+machine+without+a+voice").status_code == 404
    assert client.get("/speech.wav").status_code == 404

"""Signing in and out, and what a stolen or stale cookie is worth."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from soi_dialer.flows import sign_in as flow
from soi_dialer.store.tables import agent, session, sign_in_failure
from tests.web.scene import HOME, PASSWORD

COOKIE = "soi"


def cookie(browser, name=COOKIE):
    kept = browser.client.get_cookie(name, domain="127.0.0.1")
    return kept.value if kept else None


def put_cookie(browser, value):
    browser.client.set_cookie(COOKIE, value, domain="127.0.0.1")


def is_signed_in(browser) -> bool:
    return browser.get("/").status_code == 200


def test_the_right_password_opens_the_page_that_was_asked_for(scene, visitor):
    answer = visitor.get("/week?a=b")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/week?a%3Db"
    answer = visitor.sign_in("Owner@Example.com ", next="/week")
    assert (answer.status_code, answer.location) == (303, "/week")
    assert is_signed_in(visitor)


@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com", "", "x" * 5000, "o\nwner@example.com"])
def test_a_wrong_password_and_an_unknown_email_get_the_same_words(visitor, email):
    answer = visitor.sign_in(email, "not the password")
    assert answer.status_code == 401
    assert "That e-mail and password do not go together" in answer.text
    assert not is_signed_in(visitor)


@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD.upper(), "x" * 100_000, "🙂" * 64, "\0"])
def test_only_the_exact_password_is_right(visitor, password):
    assert visitor.sign_in("owner@example.com", password).status_code == 401


def test_the_session_id_is_new_at_every_sign_in_and_stored_only_as_a_hash(scene, visitor):
    put_cookie(visitor, "a" * 43)
    visitor.sign_in("owner@example.com")
    first = cookie(visitor)
    assert first != "a" * 43
    assert len(first) >= 43
    with scene.dialer.db.read() as conn:
        kept = list(conn.execute(select(session.c.id_hash)).scalars())
    assert first not in kept
    assert flow.id_hash(first) in kept


def test_signing_in_again_ends_the_session_before(scene, visitor):
    visitor.sign_in("owner@example.com")
    first = cookie(visitor)
    visitor.post("/sign-in", {"email": "teammate@example.com", "password": PASSWORD})
    assert cookie(visitor) != first
    put_cookie(visitor, first)
    assert not is_signed_in(visitor)


def test_sign_out_ends_the_session_on_the_server(scene, owner):
    stolen = cookie(owner)
    answer = owner.post("/sign-out")
    assert answer.status_code == 303
    assert cookie(owner) is None
    put_cookie(owner, stolen)
    assert not is_signed_in(owner)


def test_an_idle_session_ends_and_a_used_one_goes_on(scene, owner):
    scene.world.wait(hours=11)
    assert is_signed_in(owner)
    scene.world.wait(hours=11)
    assert is_signed_in(owner)
    scene.world.wait(hours=12, seconds=1)
    assert not is_signed_in(owner)


def test_no_session_outlives_a_week(scene, owner):
    for _ in range(16):
        scene.world.wait(hours=11)
        owner.get("/")
    assert not is_signed_in(owner)


def test_a_disabled_agent_is_signed_out_at_once_and_cannot_return(scene, owner, visitor):
    with scene.dialer.db.write() as conn:
        conn.execute(update(agent).where(agent.c.id == scene.owner.agent_id).values(disabled_at=scene.world.now))
    assert not is_signed_in(owner)
    assert visitor.sign_in("owner@example.com").status_code == 401


@pytest.mark.parametrize("value", ["", "x", "a" * 43, "a" * 4000, "../../etc/passwd", "é" * 30])
def test_an_invented_cookie_is_nobody(visitor, value):
    put_cookie(visitor, value)
    assert visitor.get("/contacts").status_code == 302


@pytest.mark.parametrize(
    "next_path",
    ["//evil.example", "https:/\\evil.example", "javascript:alert(1)", "/\\evil.example", "https://evil.example/",
     "\t//evil.example", "evil", "/\t/evil.example", "///evil.example"],
)  # fmt: skip
def test_sign_in_leads_nowhere_else(visitor, next_path):
    answer = visitor.sign_in("owner@example.com", next=next_path)
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_wait_grows_with_every_wrong_try_and_a_right_password_is_not_looked_at_meanwhile(scene, visitor):
    for _ in range(5):
        assert visitor.sign_in("owner@example.com", "wrong wrong").status_code == 401
    answer = visitor.sign_in("owner@example.com")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    waits = []
    for _ in range(8):
        scene.world.wait(seconds=int(visitor.sign_in("owner@example.com", "wrong wrong").headers["Retry-After"]))
        assert visitor.sign_in("owner@example.com", "wrong wrong").status_code == 401
        waits.append(int(visitor.sign_in("owner@example.com").headers["Retry-After"]))
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    scene.world.wait(seconds=60)
    assert visitor.sign_in("owner@example.com").status_code == 303


def test_guesses_at_one_account_do_not_hold_up_another(scene, visitor):
    for _ in range(7):
        visitor.sign_in("owner@example.com", "wrong wrong")
    assert visitor.sign_in("teammate@example.com").status_code == 303


def guess_from(visitor, address) -> int:
    visitor.client.environ_base["REMOTE_ADDR"] = address
    for number in range(20):
        assert visitor.sign_in(f"nobody{number}@example.com", "wrong wrong").status_code == 401
    return visitor.sign_in("teammate@example.com").status_code


@pytest.mark.parametrize("address", ["8.8.4.4", "2001:4860:4860::8844"])
def test_many_guesses_from_one_address_hold_it_up_for_every_account(scene, visitor, address):
    assert guess_from(visitor, address) == 429
    assert scene.visitor().sign_in("teammate@example.com").status_code == 303


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", ""])
def test_people_behind_one_proxy_do_not_hold_each_other_up(visitor, address):
    assert guess_from(visitor, address) == 303


def test_success_clears_the_account_and_old_failures_go(scene, visitor):
    for _ in range(4):
        visitor.sign_in("owner@example.com", "wrong wrong")
    visitor.sign_in("owner@example.com")
    scene.world.wait(hours=2)
    scene.visitor().sign_in("owner@example.com")
    with scene.dialer.db.read() as conn:
        assert conn.execute(select(func.count()).select_from(sign_in_failure)).scalar_one() == 0


def test_an_outdated_hash_is_made_anew_at_sign_in(scene, visitor):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    of_owner = agent.c.id == scene.owner.agent_id
    with scene.dialer.db.write() as conn:
        conn.execute(update(agent).where(of_owner).values(password_hash=weak))
    visitor.sign_in("owner@example.com")
    with scene.dialer.db.read() as conn:
        kept = conn.execute(select(agent.c.password_hash).where(of_owner)).scalar_one()
    assert "m=19456,t=2,p=1" in kept
    assert scene.visitor().sign_in("owner@example.com").status_code == 303


def test_the_cookie_is_http_only_lax_and_over_https_bound_to_the_host(scene):
    def cookies_of(base_url):
        client = scene.app.test_client()
        page = client.get("/sign-in", base_url=base_url).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": "owner@example.com", "password": PASSWORD}
        answer = client.post("/sign-in", base_url=base_url, data=form, headers={"Referer": base_url + "/sign-in"})
        assert answer.status_code == 303
        return [line for line in answer.headers.getlist("Set-Cookie") if "soi=" in line]

    [plain] = cookies_of(HOME)
    assert plain.startswith("soi=") and "HttpOnly" in plain and "SameSite=Lax" in plain and "Secure" not in plain
    for public in ("https://dialer.example", "http://dialer.example"):  # the latter behind a proxy that speaks https
        [safe] = cookies_of(public)
        assert safe.startswith("__Host-soi=")
        assert all(word in safe for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in safe


def test_reading_pages_writes_at_most_once_in_a_while(scene, owner):
    scene.world.wait(minutes=6)
    owner.get("/contacts")
    with scene.dialer.db.read() as conn:
        first = conn.execute(select(func.max(session.c.seen_at))).scalar_one()
    scene.world.wait(minutes=4)
    owner.get("/contacts")
    with scene.dialer.db.read() as conn:
        assert conn.execute(select(func.max(session.c.seen_at))).scalar_one() == first
    assert scene.world.now - first == timedelta(minutes=4)

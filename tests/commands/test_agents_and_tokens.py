"""`agent add`, `agent update` and `token create` from an empty directory."""

from __future__ import annotations

import contextlib

import pytest

import config
from soi_dialer import wiring
from soi_dialer.flows.make_token import hash_token
from soi_dialer.flows.passwords import HASHER
from soi_dialer.store import agents, tokens
from tests.commands.conftest import ALEX


@contextlib.contextmanager
def database():
    dialer = wiring.build(config.load(env_file=None))
    try:
        with dialer.db.read() as conn:
            yield conn
    finally:
        dialer.close()


def stored(email: str):
    with database() as conn:
        return agents.by_email(conn, email)


def test_the_first_agent_needs_no_other_command_before(run):
    said = run("agent", "add", "--email", "Alex@Example.com", *ALEX, "--password-stdin", stdin="correct horse battery")
    assert (said.status, said.out, said.err) == (0, "Added agent alex@example.com.\n", "")
    assert stored("alex@example.com")["phone"] == "+12025550123"


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("correct horse", "correct horse"),
        ("correct horse\n", "correct horse"),
        ("correct horse\r\n", "correct horse"),
        ("correct horse\n\n", "correct horse\n"),
        ("  correct horse ", "  correct horse "),
        ("correct\nhorse\n", "correct\nhorse"),
    ],
)
def test_a_password_is_everything_but_the_one_closing_line_break(run, typed, password):
    run("agent", "add", "--email", "alex@example.com", *ALEX, "--password-stdin", stdin=typed)
    assert HASHER.verify(stored("alex@example.com")["password_hash"], password)


def test_every_option_of_an_agent_is_kept(run):
    more = ("--twilio-number", "+12025550111", "--working-hours", "Mon-Thu 09:00-17:00", "--channels", "page")
    run("agent", "add", "--email", "alex@example.com", *ALEX, *more, "--password-stdin", stdin="correct horse")
    row = stored("alex@example.com")
    assert (row["twilio_number"], row["working_hours"], row["channels"]) == (
        "+12025550111",
        "Mon-Thu 09:00-17:00",
        "page",
    )


def test_an_update_changes_what_it_is_given(with_alex):
    said = with_alex("agent", "update", "ALEX@example.com", "--phone", "617 555 0142", "--email", "lex@example.com")
    assert (said.status, said.out) == (0, "Updated agent lex@example.com.\n")
    row = stored("lex@example.com")
    assert (row["phone"], row["name"]) == ("+16175550142", "Alex Morgan")


def test_an_update_can_change_the_password_alone(with_alex):
    with_alex("agent", "update", "alex@example.com", "--password-stdin", stdin="another long one\n")
    assert HASHER.verify(stored("alex@example.com")["password_hash"], "another long one")


def test_an_agent_is_made_a_lead_and_nothing_that_is_no_role(with_alex):
    assert with_alex("agent", "update", "alex@example.com", "--role", "lead").status == 0
    assert stored("alex@example.com")["role"] == "lead"
    said = with_alex("agent", "update", "alex@example.com", "--role", "boss")
    assert (said.status != 0, said.err) == (True, "soi_dialer: A role is agent or lead.\n")
    assert stored("alex@example.com")["role"] == "lead"


def test_a_token_is_printed_alone_and_opens_for_its_agent(with_alex):
    said = with_alex("token", "create", "--agent", "alex@example.com")
    assert (said.status, said.err, said.out.count("\n")) == (0, "", 1)
    with database() as conn:
        assert tokens.agent_of(conn, hash_token(said.out.strip()))["email"] == "alex@example.com"


def test_each_token_is_another_one(with_alex):
    assert with_alex("token", "create").out != with_alex("token", "create").out


def test_with_two_agents_one_must_be_named(with_alex):
    with_alex("agent", "add", "--email", "sam@example.com", *ALEX, "--password-stdin", stdin="correct horse")
    said = with_alex("token", "create")
    assert (said.status, said.out) == (1, "")
    assert said.err == "soi_dialer: say which of the 2 agents is meant: --agent EMAIL\n"


def test_no_password_is_ever_shown(with_alex):
    said = with_alex("agent", "update", "alex@example.com", "--password-stdin", stdin="short")
    assert said.status == 1
    assert "short:" not in said.out + said.err.replace("too short:", "")

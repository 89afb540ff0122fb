"""Every setting: what it is when nothing is said, what it becomes, and how a wrong one is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config import SettingsError, load

ACCOUNT = "AC" + "0" * 31 + "f"
TWILIO = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "a token", "PUBLIC_URL": "https://dialer.example"}


@pytest.fixture
def read(tmp_path: Path):
    """Settings from these values alone, in a fresh DATA_DIR."""

    def read(env_file: Path | None = None, **values: str):
        return load({"DATA_DIR": str(tmp_path / "data")} | values, env_file=env_file)

    return read


def problems(read, **values: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(**values)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def test_nothing_has_to_be_set_to_try_it_out(read, tmp_path):
    settings = read()
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 5000, "http://127.0.0.1:5000")
    assert settings.database_url == f"sqlite:///{tmp_path}/data/soi_dialer.db"
    assert (settings.simulated, settings.simulator_port, settings.simulator_scale) == (True, 5001, 1.0)
    assert settings.twilio_api_url == "http://127.0.0.1:5001"
    assert settings.twilio_phone_number == "+12025550100"
    assert (settings.twilio_api_key, settings.twilio_api_secret, settings.smtp_url) == ("", "", "")
    assert (settings.sweep_seconds, settings.reconcile_seconds, settings.reconcile_after_seconds) == (15, 60, 120)
    assert (settings.calling_hours, settings.allowed_regions) == ("08:00-20:00", {"US"})
    assert (settings.daily_calls_per_contact, settings.daily_calls_per_agent) == (10, 0)
    assert (settings.web_workers, settings.web_threads) == (1, 16)
    assert len(settings.secret_key) >= 64


def test_the_default_data_dir_is_instance_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load({}, env_file=None).data_dir == tmp_path / "instance"


def test_with_an_account_the_carrier_is_twilio_itself(read):
    settings = read(**TWILIO)
    assert (settings.simulated, settings.twilio_api_url) == (False, "")
    assert (settings.twilio_account_sid, settings.twilio_auth_tokens) == (ACCOUNT, ("a token",))
    assert settings.twilio_phone_number == ""


GOOD = [
    ("SECRET_KEY", "sixteen letters!", "secret_key", "sixteen letters!"),
    ("DATABASE_URL", "sqlite:////tmp/x.db", "database_url", "sqlite:////tmp/x.db"),
    ("DATABASE_URL", "postgresql://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d"),
    ("DATABASE_URL", "postgres://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d"),
    ("DATABASE_URL", "postgresql+psycopg://h/d", "database_url", "postgresql+psycopg://h/d"),
    ("HOST", "0.0.0.0", "host", "0.0.0.0"),
    ("PORT", " 8080 ", "port", 8080),
    ("PUBLIC_URL", "https://dialer.example/", "public_url", "https://dialer.example"),
    ("TWILIO_AUTH_TOKEN", "new, old,", "twilio_auth_tokens", ("new", "old")),
    ("TWILIO_PHONE_NUMBER", "+442079460958", "twilio_phone_number", "+442079460958"),
    ("TWILIO_API_URL", "http://127.0.0.1:9999/", "twilio_api_url", "http://127.0.0.1:9999"),
    ("SIMULATOR_PORT", "65535", "simulator_port", 65535),
    ("SIMULATOR_SCALE", "60", "simulator_scale", 60.0),
    ("SMTP_URL", "smtps://u:p@mail.example:465", "smtp_url", "smtps://u:p@mail.example:465"),
    ("SWEEP_SECONDS", "0.5", "sweep_seconds", 0.5),
    ("RECONCILE_SECONDS", "3600", "reconcile_seconds", 3600.0),
    ("RECONCILE_AFTER_SECONDS", "1", "reconcile_after_seconds", 1.0),
    ("CALLING_HOURS", "00:00-24:00", "calling_hours", "00:00-24:00"),
    ("ALLOWED_REGIONS", "us, ca ,", "allowed_regions", {"US", "CA"}),
    ("DAILY_CALLS_PER_CONTACT", "0", "daily_calls_per_contact", 0),
    ("DAILY_CALLS_PER_AGENT", "200", "daily_calls_per_agent", 200),
    ("ALLOW_PRIVATE_NOTIFY", "True", "allow_private_notify", True),
    ("ALLOW_PRIVATE_NOTIFY", "no", "allow_private_notify", False),
    ("WEB_WORKERS", "64", "web_workers", 64),
    ("WEB_THREADS", "1", "web_threads", 1),
]


@pytest.mark.parametrize("name, given, field, becomes", GOOD, ids=[f"{n}={g}" for n, g, *_ in GOOD])
def test_a_good_value_is_taken(read, name, given, field, becomes):
    assert getattr(read(**TWILIO | {name: given}), field) == becomes


def test_days_pass_in_practice_alone(read):
    assert read(PRACTICE_DAYS="30").practice_days == 30
    assert read().practice_days == read(**TWILIO, PRACTICE_DAYS="0").practice_days == 0
    assert problems(read, **TWILIO, PRACTICE_DAYS="1")[0].startswith("PRACTICE_DAYS: is for practice alone")
    for wrong in ("-1", "1.5", "soon", "3661"):
        assert "PRACTICE_DAYS" in problems(read, PRACTICE_DAYS=wrong)[0]


def test_a_key_and_its_secret_are_taken_together(read):
    settings = read(**TWILIO, TWILIO_API_KEY="SK1", TWILIO_API_SECRET="hush")
    assert (settings.twilio_api_key, settings.twilio_api_secret) == ("SK1", "hush")


@pytest.mark.parametrize("name", ["PORT", "SECRET_KEY", "CALLING_HOURS", "DATABASE_URL", "PUBLIC_URL", "WEB_THREADS"])
def test_an_empty_value_is_no_value(read, name):
    assert read(**{name: "  "}) == read()


BAD = [
    ("SECRET_KEY", "short"),
    ("DATABASE_URL", "mysql://h/d"),
    ("DATABASE_URL", "soi_dialer.db"),
    *[("PORT", value) for value in ("0", "65536", "-1", "eighty", "80.5", "1e3", "NaN")],
    *[("PUBLIC_URL", value) for value in ("dialer.example", "ftp://h", "https://", "//h", "https://my_host.example")],
    *[("TWILIO_ACCOUNT_SID", value) for value in ("AC1", "SK" + "0" * 32, ACCOUNT.upper(), ACCOUNT + "0")],
    ("TWILIO_AUTH_TOKEN", " , "),
    ("TWILIO_API_KEY", "SK1"),
    *[("TWILIO_PHONE_NUMBER", value) for value in ("2025550100", "+0123456789", "(202) 555-0100", "+1", "+1" * 20)],
    *[("TWILIO_API_URL", value) for value in ("api.twilio.com", "file:///etc", "http://")],
    *[("DAILY_CALLS_PER_CONTACT", value) for value in ("-1", "2.5", "three")],
    ("ALLOW_PRIVATE_NOTIFY", "maybe"),
    *[("SIMULATOR_PORT", value) for value in ("0", "70000", "x")],
    *[("SIMULATOR_SCALE", value) for value in ("0", "-1", "fast", "nan", "inf", "1e9")],
    *[("SMTP_URL", value) for value in ("mail.example", "http://mail.example", "smtp://")],
    *[("SWEEP_SECONDS", value) for value in ("0", "-5", "soon", "nan", "3601")],
    *[("RECONCILE_SECONDS", value) for value in ("0", "never", "inf")],
    *[("RECONCILE_AFTER_SECONDS", value) for value in ("0", "nan", "86401")],
    *[
        ("CALLING_HOURS", value)
        for value in ("all day", "20:00-08:00", "08:00-08:00", "8-20", "08:00-24:01", "08:60-20:00")
    ],
    *[("ALLOWED_REGIONS", value) for value in ("USA", "US;CA", "*", "1")],
    *[("WEB_WORKERS", value) for value in ("0", "65", "two", "1.5")],
    *[("WEB_THREADS", value) for value in ("0", "129", "")][:2],
]


@pytest.mark.parametrize("name, given", BAD, ids=[f"{name}={given}" for name, given in BAD])
def test_a_bad_value_is_named_in_one_line_with_what_would_be_right(read, name, given):
    (line,) = problems(read, **TWILIO | {name: given})
    assert line.startswith(f"{name}: ")
    assert len(line) > len(name) + 15 and "\n" not in line


@pytest.mark.parametrize("url", ["http://[", "https://host:99999", "https://host:port"])
@pytest.mark.parametrize("name", ["PUBLIC_URL", "TWILIO_API_URL", "SMTP_URL"])
def test_an_address_that_cannot_even_be_split_is_named_as_well(read, name, url):
    url = url.replace("https", "smtp").replace("http", "smtp") if name == "SMTP_URL" else url
    (line,) = problems(read, **TWILIO | {name: url})
    assert line.startswith(f"{name}: ")


def test_all_that_is_wrong_is_said_together(read):
    said = problems(read, PORT="x", CALLING_HOURS="x", ALLOWED_REGIONS="x", SECRET_KEY="x", SWEEP_SECONDS="x")
    assert {line.split(":")[0] for line in said} == {
        "PORT", "CALLING_HOURS", "ALLOWED_REGIONS", "SECRET_KEY", "SWEEP_SECONDS"
    }  # fmt: skip
    assert len(said) == 5


@pytest.mark.parametrize("missing", ["TWILIO_AUTH_TOKEN", "PUBLIC_URL"])
def test_an_account_needs_its_token_and_an_address_to_be_reached_at(read, missing):
    (line,) = problems(read, **{name: value for name, value in TWILIO.items() if name != missing})
    assert line.startswith(f"{missing}: is needed with TWILIO_ACCOUNT_SID")


def test_a_wrong_account_is_not_taken_for_none(read):
    """Otherwise a typing mistake would quietly ring the practice company."""
    assert problems(read, **TWILIO | {"TWILIO_ACCOUNT_SID": "AC1"}) != []


def test_what_is_secret_is_never_shown(read):
    secrets = {
        "SECRET_KEY": "hush-hush-hush-hush",
        "TWILIO_AUTH_TOKEN": "hush-token",
        "TWILIO_API_SECRET": "hush-secret",
        "TWILIO_API_KEY": "SK1",
        "DATABASE_URL": "postgresql://u:hush@h/d",
        "SMTP_URL": "smtp://u:hush@mail.example",
    }
    assert "hush" not in repr(read(**TWILIO | secrets))


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "SMTP_URL"])
def test_what_is_secret_is_not_shown_when_it_is_wrong_either(read, name):
    (line,) = problems(read, **{name: "hush"})
    assert "hush" not in line


def test_the_environment_wins_over_the_file(read, tmp_path):
    file = tmp_path / ".env"
    file.write_text("PORT=7000\nSIMULATOR_PORT=7100 # where it answers\nexport HOST='0.0.0.0'\nNOTHING\n")
    settings = read(env_file=file, PORT="8000")
    assert (settings.port, settings.simulator_port, settings.host) == (8000, 7100, "0.0.0.0")


def test_the_file_lies_where_the_program_is_started(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("DATA_DIR=there\nPORT=7001\n")
    monkeypatch.chdir(tmp_path)
    settings = load({})
    assert (settings.port, settings.data_dir) == (7001, tmp_path / "there")


def test_what_nobody_typed_is_made_once_and_readable_by_its_owner_alone(read, tmp_path):
    first, second = read(), read()
    assert first == second
    kept = sorted((tmp_path / "data").iterdir())
    assert [path.name for path in kept] == ["secret_key", "simulator_account", "simulator_token"]
    assert {oct(path.stat().st_mode & 0o777) for path in kept} == {"0o600"}
    assert oct((tmp_path / "data").stat().st_mode & 0o777) == "0o700"


def test_every_installation_has_its_own_secrets(tmp_path):
    one, other = (load({"DATA_DIR": str(tmp_path / name)}, env_file=None) for name in ("one", "other"))
    assert one.secret_key != other.secret_key
    assert one.twilio_account_sid != other.twilio_account_sid
    assert one.twilio_auth_tokens != other.twilio_auth_tokens


def test_with_everything_given_nothing_is_written(read, tmp_path):
    read(**TWILIO, SECRET_KEY="sixteen letters!")
    assert not os.path.exists(tmp_path / "data")


def test_settings_cannot_be_changed_later(read):
    with pytest.raises(AttributeError):
        read().port = 80

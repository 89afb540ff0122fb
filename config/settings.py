"""One frozen `Settings` value. Every wrong setting is named in one clear line; docs/settings.md describes them all."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from config import secrets as kept_secrets


class SettingsError(Exception):
    """One or more settings are wrong; each problem is one line that names the setting."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What this installation was told. See docs/settings.md for each name's meaning."""

    secret_key: str = dataclasses.field(repr=False)
    data_dir: Path
    database_url: str = dataclasses.field(repr=False)
    host: str
    port: int
    public_url: str
    twilio_account_sid: str
    twilio_auth_tokens: tuple[str, ...] = dataclasses.field(repr=False)
    twilio_api_key: str
    twilio_api_secret: str = dataclasses.field(repr=False)
    twilio_phone_number: str
    twilio_api_url: str
    simulated: bool
    simulator_port: int
    simulator_scale: float
    practice_days: int
    smtp_url: str = dataclasses.field(repr=False)
    allow_private_notify: bool
    sweep_seconds: float
    reconcile_seconds: float
    reconcile_after_seconds: float
    calling_hours: str
    allowed_regions: frozenset[str]
    daily_calls_per_contact: int
    daily_calls_per_agent: int
    web_workers: int
    web_threads: int
    trusted_proxies: int


class _Reader:
    """Collects values and problems, so that a newcomer sees every mistake at once."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return (self.values.get(name) or "").strip() or default

    def number(self, name: str, default: float, low: float, high: float, whole: bool = False) -> float:
        raw = self.text(name)
        if not raw:
            return default
        try:
            value = int(raw) if whole else float(raw)
        except ValueError:
            kind = "a whole number" if whole else "a number"
            return self._wrong(name, f"must be {kind}, got {raw!r}", default)
        if not low <= value <= high:
            return self._wrong(name, f"must be from {low:g} to {high:g}, got {raw}", default)
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        return int(self.number(name, default, low, high, whole=True))

    def flag(self, name: str) -> bool:
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}
        raw = self.text(name).lower()
        return words[raw] if raw in words else self._wrong(name, f"must be true or false, got {raw!r}", False)

    def url(self, name: str, default: str, schemes: tuple[str, ...] = ("http", "https")) -> str:
        raw = self.text(name, default)
        if raw and not _is_url(raw, schemes):
            return self._wrong(name, f"must be a URL starting with {' or '.join(s + '://' for s in schemes)}", default)
        return raw.rstrip("/")

    def matching(self, name: str, pattern: str, says: str) -> str:
        raw = self.text(name)
        return raw if not raw or re.fullmatch(pattern, raw) else self._wrong(name, says, "")

    def _wrong(self, name: str, says: str, fallback):
        self.problems.append(f"{name}: {says}")
        return fallback


def _is_url(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half an IPv6 address
        return False


def load(environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings, the environment before `.env`.

    Raises:
        SettingsError: naming every setting that is wrong.
    """
    values = dict(dotenv_values(env_file)) if env_file and env_file.is_file() else {}
    values.update(os.environ if environ is None else environ)
    read = _Reader({name: value for name, value in values.items() if value is not None})
    settings = _read_all(read)
    if read.problems:
        raise SettingsError(read.problems)
    return settings


def _read_all(read: _Reader) -> Settings:
    data_dir = Path(read.text("DATA_DIR", "instance")).absolute()
    port = read.whole("PORT", 5000, 1, 65535)
    host = read.text("HOST", "127.0.0.1")
    account_sid = read.matching("TWILIO_ACCOUNT_SID", r"AC[0-9a-f]{32}", "must be AC and 32 of 0-9 a-f")
    simulated = not read.text("TWILIO_ACCOUNT_SID")
    return Settings(
        secret_key=_secret_key(read, data_dir),
        data_dir=data_dir,
        database_url=_database_url(read, data_dir),
        host=host,
        port=port,
        public_url=_public_url(read, port, simulated),
        simulated=simulated,
        simulator_port=read.whole("SIMULATOR_PORT", port + 1 if port < 65535 else 65534, 1, 65535),
        simulator_scale=read.number("SIMULATOR_SCALE", 1.0, 0.1, 1000.0),
        practice_days=_practice_days(read, simulated),
        smtp_url=read.url("SMTP_URL", "", ("smtp", "smtps")),
        allow_private_notify=read.flag("ALLOW_PRIVATE_NOTIFY"),
        sweep_seconds=read.number("SWEEP_SECONDS", 15, 0.1, 3600),
        reconcile_seconds=read.number("RECONCILE_SECONDS", 60, 0.1, 3600),
        reconcile_after_seconds=read.number("RECONCILE_AFTER_SECONDS", 120, 0.1, 86400),
        calling_hours=_calling_hours(read),
        allowed_regions=_regions(read),
        daily_calls_per_contact=read.whole("DAILY_CALLS_PER_CONTACT", 10, 0, 1000),
        daily_calls_per_agent=read.whole("DAILY_CALLS_PER_AGENT", 0, 0, 100_000),
        web_workers=read.whole("WEB_WORKERS", 1, 1, 64),
        web_threads=read.whole("WEB_THREADS", 16, 1, 128),
        trusted_proxies=read.whole("TRUSTED_PROXIES", 0, 0, 10),
        **(_simulated_account(read, data_dir, port) if simulated else _twilio_account(read, account_sid)),
    )


def _twilio_account(read: _Reader, account_sid: str) -> dict:
    tokens = tuple(t.strip() for t in read.text("TWILIO_AUTH_TOKEN").split(",") if t.strip())
    if not tokens:
        read._wrong("TWILIO_AUTH_TOKEN", "is needed with TWILIO_ACCOUNT_SID: webhooks are signed with it", None)
    key, secret = read.text("TWILIO_API_KEY"), read.text("TWILIO_API_SECRET")
    if bool(key) != bool(secret):
        read._wrong("TWILIO_API_KEY", "and TWILIO_API_SECRET go together: set both or neither", None)
    number = read.matching("TWILIO_PHONE_NUMBER", r"\+[1-9][0-9]{6,14}", "must be E.164, such as +12025550100")
    return {
        "twilio_account_sid": account_sid,
        "twilio_auth_tokens": tokens,
        "twilio_api_key": key,
        "twilio_api_secret": secret,
        "twilio_phone_number": number,
        "twilio_api_url": read.url("TWILIO_API_URL", ""),
    }


def _simulated_account(read: _Reader, data_dir: Path, port: int) -> dict:
    """An account of our own phone company, whose credentials are made once and kept like any other secret."""
    simulator_port = read.whole("SIMULATOR_PORT", port + 1 if port < 65535 else 65534, 1, 65535)
    return {
        "twilio_account_sid": "AC" + kept_secrets.keep(data_dir, "simulator_account", 16),
        "twilio_auth_tokens": (kept_secrets.keep(data_dir, "simulator_token", 16),),
        "twilio_api_key": "",
        "twilio_api_secret": "",
        "twilio_phone_number": read.matching(
            "TWILIO_PHONE_NUMBER", r"\+[1-9][0-9]{6,14}", "must be E.164, such as +12025550100"
        )
        or "+12025550100",
        "twilio_api_url": f"http://127.0.0.1:{simulator_port}",  # whatever TWILIO_API_URL says: there is no account
    }


def _practice_days(read: _Reader, simulated: bool) -> int:
    days = read.whole("PRACTICE_DAYS", 0, 0, 3660)
    if days and not simulated:
        return read._wrong("PRACTICE_DAYS", "is for practice alone: a real phone company has the real day", 0)
    return days


def _secret_key(read: _Reader, data_dir: Path) -> str:
    given = read.text("SECRET_KEY")
    if given and len(given) < 16:
        return read._wrong("SECRET_KEY", "is too short to be a secret: use 16 characters or more", given)
    return given or kept_secrets.keep(data_dir, "secret_key", 32)


def _database_url(read: _Reader, data_dir: Path) -> str:
    raw = read.text("DATABASE_URL", f"sqlite:///{data_dir / 'soi_dialer.db'}")
    if raw.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + raw.split("://", 1)[1]
    if not raw.startswith(("sqlite:///", "postgresql+psycopg://")):
        return read._wrong("DATABASE_URL", "must start with sqlite:/// or postgresql://", raw)
    return raw


def _public_url(read: _Reader, port: int, simulated: bool) -> str:
    raw = read.url("PUBLIC_URL", f"http://127.0.0.1:{port}")
    if not simulated and not read.text("PUBLIC_URL") and not read.text("TWILIO_API_URL"):
        read._wrong("PUBLIC_URL", "is needed with TWILIO_ACCOUNT_SID: the address at which Twilio reaches us", raw)
    if "_" in (urlsplit(raw).hostname or ""):
        read._wrong("PUBLIC_URL", "must not have an underscore in its host name: Twilio refuses it", raw)
    return raw


def _calling_hours(read: _Reader) -> str:
    raw = read.text("CALLING_HOURS", "08:00-20:00")
    times = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", raw)
    if not times or raw.split("-")[0] >= raw.split("-")[1] or raw.split("-")[1] > "24:00":
        says = f"must be like 08:00-20:00, the start before the end, got {raw!r}"
        return read._wrong("CALLING_HOURS", says, "08:00-20:00")
    return raw


def _regions(read: _Reader) -> frozenset[str]:
    regions = frozenset(r.strip().upper() for r in read.text("ALLOWED_REGIONS", "US").split(",") if r.strip())
    wrong = sorted(r for r in regions if not re.fullmatch(r"[A-Z]{2}", r))
    if wrong:
        says = f"must be two-letter country codes with commas between, got {', '.join(wrong)}"
        read._wrong("ALLOWED_REGIONS", says, None)
    return regions

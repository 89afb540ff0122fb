from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy
from sqlalchemy import Column, Integer, MetaData, Table, select
from sqlalchemy.exc import StatementError

from soi_dialer.store.database import Database
from soi_dialer.store.types import JsonText, UtcDateTime

metadata = MetaData()
thing = Table(
    "thing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("body", JsonText),
)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def db(database_url: str):
    database = Database(database_url)
    metadata.create_all(database.engine)
    yield database
    database.close()


def kept(db: Database, **values):
    with db.write() as connection:
        row = connection.execute(thing.insert().values(**values)).inserted_primary_key[0]
    with db.read() as connection:
        return connection.execute(select(thing).where(thing.c.id == row)).mappings().one()


@pytest.mark.parametrize("naive", [datetime(2026, 11, 18, 12, 0), datetime.min])
def test_an_instant_without_a_zone_is_refused(db: Database, naive: datetime):
    with pytest.raises((StatementError, ValueError), match="time zone"):
        kept(db, at=naive)
    with db.read() as connection, pytest.raises((StatementError, ValueError), match="time zone"):
        connection.execute(select(thing).where(thing.c.at < naive))


@pytest.mark.parametrize(
    "instant",
    [
        NOON,
        datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("America/Los_Angeles")),
        datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York")),
        datetime(2026, 11, 18, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(db: Database, instant: datetime):
    back = kept(db, at=instant)["at"]
    assert back == instant.astimezone(UTC)
    assert back.utcoffset() == timedelta(0)


def test_nothing_stays_nothing(db: Database):
    assert kept(db, at=None)["at"] is None


def test_instants_sort_and_compare_as_time_does_whatever_zone_they_were_written_in(db: Database):
    late = NOON.astimezone(ZoneInfo("Asia/Tokyo"))
    for instant in (late, NOON - timedelta(seconds=1), NOON + timedelta(microseconds=1)):
        kept(db, at=instant)
    with db.read() as connection:
        found = connection.execute(select(thing.c.at).where(thing.c.at <= NOON).order_by(thing.c.at)).scalars().all()
    assert found == [NOON - timedelta(seconds=1), NOON]


@pytest.mark.parametrize("body", [{}, {"text": "é \U0001f600"}, ["a", 1, None], "plain", None])
def test_a_value_comes_back_as_it_was_kept(db: Database, body):
    assert kept(db, body=body)["body"] == body


def test_a_database_is_the_type_of_its_url(db: Database, tmp_path: Path):
    assert db.is_sqlite == (sqlalchemy.make_url(db.engine.url).get_backend_name() == "sqlite")

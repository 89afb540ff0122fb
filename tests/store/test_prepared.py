from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, bindparam, event, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from soi_dialer.store.database import Database
from soi_dialer.store.prepared import Prepared, PreparedAdd, PreparedChange, PreparedSome
from soi_dialer.store.types import JsonText, UtcDateTime

metadata = MetaData()
thing = Table(
    "prepared_thing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),
    Column("at", UtcDateTime),
    Column("body", JsonText),
    Column("is_good", Boolean),
)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SINCE = (
    select(thing)
    .where(thing.c.at >= bindparam("since", type_=UtcDateTime()), thing.c.name != "hidden")
    .order_by(thing.c.id)
    .limit(bindparam("most"))
)
ASKED = {"since": NOON, "most": 10}


@pytest.fixture
def db(database_url: str):
    database = Database(database_url)
    metadata.create_all(database.engine)
    rows = [
        {"name": "café 100% :x ?", "at": NOON, "body": {"a": [1, None]}, "is_good": True},
        {"name": "", "at": NOON + timedelta(hours=1), "body": None, "is_good": False},
        {"name": "hidden", "at": NOON, "body": None, "is_good": None},
        {"name": "early", "at": NOON - timedelta(microseconds=1), "body": None, "is_good": None},
    ]
    with database.write() as connection:
        connection.execute(thing.insert(), rows)
    yield database
    database.close()


def test_rows_are_those_that_sqlalchemy_would_give(db: Database):
    with db.read() as connection:
        usual = [dict(row) for row in connection.execute(SINCE, ASKED).mappings()]
    with db.read() as connection:
        assert Prepared(SINCE).all(connection, ASKED) == usual
    assert len(usual) == 2 and usual[0]["at"] == NOON and usual[0]["is_good"] is True


def test_values_are_filled_in_anew_each_time(db: Database):
    query = Prepared(SINCE)
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    with db.read() as connection:
        assert [row["name"] for row in query.all(connection, ASKED | {"most": 1})] == ["café 100% :x ?"]
        assert [row["name"] for row in query.all(connection, ASKED | {"since": NOON + timedelta(hours=1)})] == [""]
        assert len(query.all(connection, {"since": elsewhere, "most": 9})) == 2
        assert query.first(connection, {"since": NOON + timedelta(days=1), "most": 1}) is None
        with pytest.raises(ValueError, match="time zone"):
            query.all(connection, ASKED | {"since": datetime(2026, 11, 18)})


def test_a_union_has_the_names_of_its_first_part(db: Database):
    two = sqlalchemy.union_all(
        select(literal("x").label("of"), thing.c.id), select(literal("y"), -thing.c.id)
    ).order_by("id")
    with db.read() as connection:
        rows = Prepared(two).all(connection, {})
    assert {row["of"] for row in rows} == {"x", "y"} and len(rows) == 8


# Not on PostgreSQL, which shows each statement what was committed before it.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_that_is_read_in_one_block_is_of_one_moment(db: Database):
    count = select(func.count().label("count")).select_from(thing)
    with db.read() as connection:
        first = Prepared(count).first(connection, {})
        with db.write() as other:
            other.execute(thing.insert().values(name="late", at=NOON))
        assert Prepared(count).first(connection, {}) == first
        assert connection.execute(count).scalar_one() == first["count"]
    with db.read() as connection:
        assert connection.execute(count).scalar_one() == first["count"] + 1
        assert Prepared(count).first(connection, {})["count"] == first["count"] + 1


def test_whoever_listens_to_statements_hears_of_it(db: Database):
    heard: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
    with db.read() as connection:
        Prepared(SINCE).all(connection, ASKED)
    assert ["prepared_thing" in statement for statement in heard] == [True]


def test_what_goes_wrong_is_told_as_sqlalchemy_tells_it(db: Database):
    with db.write() as connection:
        connection.execute(sqlalchemy.text("ALTER TABLE prepared_thing RENAME COLUMN name TO title"))
    with db.read() as connection, pytest.raises(sqlalchemy.exc.DBAPIError) as usual:
        connection.execute(SINCE, ASKED)
    with db.read() as connection, pytest.raises(type(usual.value)) as told:
        Prepared(SINCE).all(connection, ASKED)
    assert type(told.value.orig) is type(usual.value.orig)


INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _add(db: Database) -> PreparedAdd:
    """Of things that are not there yet; says which they were."""
    into = INSERT[db.engine.dialect.name]
    return PreparedAdd(
        [thing.c.id, thing.c.at, thing.c.body],
        lambda rows: into(thing).values(rows).on_conflict_do_nothing(index_elements=["id"]).returning(thing.c.id),
    )


@pytest.mark.parametrize("count", [0, 1, 4, 5, 63, 64, 65, 130])
def test_however_many_are_asked_for_or_added_each_is_there_once(db: Database, count: int):
    rows = [{"id": 1000 + n, "at": NOON + timedelta(minutes=n), "body": {"n": n}} for n in range(count)]
    some = PreparedSome(lambda ids: select(thing).where(thing.c.id.in_(ids)).order_by(thing.c.id))
    with db.write() as connection:
        assert _add(db).all(connection, rows) == [(row["id"],) for row in rows]
        assert _add(db).all(connection, rows) == []
    wanted = [row["id"] for row in rows]
    with db.read() as connection:
        found = some.all(connection, [*reversed(wanted), *wanted, 999])
    assert [{name: row[name] for name in ("id", "at", "body")} for row in found] == rows


def test_one_change_is_written_for_each_of_many_rows(db: Database):
    change = PreparedChange(
        sqlalchemy.update(thing)
        .where(thing.c.id == bindparam("of_thing"), thing.c.name != "hidden")
        .values(at=bindparam("at"), body=bindparam("body"), name=thing.c.name + "!")
    )
    rows = [{"of_thing": n, "at": NOON + timedelta(days=n), "body": [n]} for n in (1, 2, 3)]
    with db.write() as connection:
        change.each(connection, rows)
        change.each(connection, [])
    with db.read() as connection:
        now = {row["id"]: (row["name"], row["at"], row["body"]) for row in connection.execute(select(thing)).mappings()}
    assert now[1] == ("café 100% :x ?!", NOON + timedelta(days=1), [1])
    assert now[2] == ("!", NOON + timedelta(days=2), [2])
    assert now[3][0] == "hidden" and now[4][0] == "early"
    with pytest.raises(ValueError, match="time zone"), db.write() as connection:
        change.each(connection, [rows[0] | {"at": datetime(2026, 11, 18)}])

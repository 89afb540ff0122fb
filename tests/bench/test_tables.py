"""What the tables of `make bench` and `make soak` say, and the office of a million callbacks that one of them needs."""

from __future__ import annotations

import contextlib

from sqlalchemy import func, inspect, select

from bench import debts, soak
from bench.installation import AT
from bench.table import Figure
from soi_dialer.store.tables import callback


def test_a_target_is_met_from_its_side_and_an_aim_alone_is_always_met():
    assert Figure("faster", "", "", 30, 30).met and not Figure("faster", "", "", 29, 30).met
    assert Figure("slower", "", "", 5, 5, most=True).met and not Figure("slower", "", "", 6, 5, most=True).met
    assert Figure("a", "b", "c", 420, None, aim=500, unit="/s").cells() == ("a", "b", "c", "420/s", "aim 500/s", "-")
    assert Figure("a", "b", "c", 0.21, 0.17, aim=0.25).cells()[3:] == ("0.21", "≥ 0.17 (aim 0.25)", "yes")


def test_so_many_callbacks_are_due_whatever_their_number_and_the_indexes_are_there(tmp_path, monkeypatch):
    monkeypatch.setattr(debts, "FIRST", 100)
    monkeypatch.setattr(debts, "DUE", 50)
    for count in (100, 1000):
        with contextlib.closing(debts.fill(f"sqlite:///{tmp_path / str(count)}.db", count)) as database:
            with database.read() as connection:
                found = connection.execute(select(func.count()).select_from(callback)).scalar_one()
                due = connection.execute(select(func.count()).where(callback.c.remind_at <= AT)).scalar_one()
            names = {index["name"] for index in inspect(database.engine).get_indexes("callback")}
        assert (found, due) == (count, 50)
        assert {index.name for index in callback.indexes} <= names


def test_lines_of_trouble_are_counted_in_every_log(tmp_path, capsys):
    (tmp_path / "app.log").write_text("ready\n2026-11-18 ERROR soi_dialer: it failed\nTraceback (most recent call\n")
    (tmp_path / "scheduler.log").write_text("sqlite3.OperationalError: database is locked\n")
    (tmp_path / "carrier.log").write_text("2026-11-18 WARNING slow\n")
    assert soak._trouble(tmp_path) == 3
    assert "app.log: 2026-11-18 ERROR" in capsys.readouterr().err

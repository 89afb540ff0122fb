"""The figures of days under two transactions at once, as PostgreSQL lets them run."""

from __future__ import annotations

import contextlib

from soi_dialer.domain.facts import LegMoved
from soi_dialer.flows.follow_call import News
from soi_dialer.flows.following import follower
from soi_dialer.store import calls
from tests.report.test_rollup import AGENT_LEG, Town, the_figures_are_those_of_the_calls
from tests.world import make_world


def test_a_call_that_ended_since_it_was_read_is_counted_once(tmp_path, postgresql_url):
    with contextlib.closing(make_world(tmp_path, postgresql_url)) as world:
        town = Town(world, 1)
        town.begin(0, 0)
        (row,) = town.rows()
        end = News(row["ref"], LegMoved("agent", AGENT_LEG, "completed", seconds=9, at=world.now), world.now)
        with world.dialer.db.write() as conn:
            read_before = calls.get(conn, town.scope, row["id"])
            with world.dialer.db.write() as other:
                follower(world.dialer).follow(other, [end])
            follower(world.dialer).rederive(conn, read_before, world.now, note="They were in a hurry.")
        the_figures_are_those_of_the_calls(town)
        (row,) = town.rows()
        assert (row["outcome"], row["note"]) == ("agent_missed", "They were in a hurry.")

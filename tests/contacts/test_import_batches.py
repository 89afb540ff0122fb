"""An import as a batch: three messy files become one address book, killed or not."""

from __future__ import annotations

import pytest

from soi_dialer.flows import import_batch
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.import_contacts import import_contacts
from soi_dialer.flows.import_work import work_on, work_on_imports
from soi_dialer.store import contacts, imports, tags
from tests.contacts.batches import csv, dialer, everything, people_of, rows_of, small_chunks, undone
from tests.data.messy_books import messy_books

__all__ = ["dialer", "small_chunks"]  # fixtures


class Killed(BaseException):
    """Nothing catches it, so whoever holds the lease never lets go."""


def killed_after(chunks: int):
    left = iter([True] * chunks)

    def go_on() -> bool:
        for is_alive in left:
            return is_alive
        raise Killed

    return go_on


def test_three_messy_files_become_one_address_book_without_anybody_twice(dialer, people):
    books = messy_books(80)
    for data in (books.google, books.outlook, books.apple):
        result = import_contacts(dialer, people.owner, data, pause=0)
        assert result.added + result.updated + result.unchanged + result.skipped == 80
    with dialer.db.read() as conn:
        assert contacts.count(conn, people.owner) == books.people
        assert {"Rotary", "Golf", "Neighbors"} <= set(tags.all_names(conn, people.owner))
    before = everything(dialer)
    for data in (books.google, books.outlook, books.apple):
        result = import_contacts(dialer, people.owner, data, pause=0)
        assert (result.added, result.updated) == (0, 0)
    assert everything(dialer) == before


@pytest.mark.parametrize("chunks", [1, 3])
def test_killed_between_two_chunks_it_goes_on_with_another_owner_and_ends_the_same(
    dialer, people, small_chunks, chunks
):
    data = messy_books(90).google
    whole = import_batch.receive(dialer, people.teammate, data, "g.csv", state="running")
    work_on(dialer, whole, pause=0)
    broken = import_batch.receive(dialer, people.owner, data, "g.csv", state="running")
    with pytest.raises(Killed):
        work_on(dialer, broken, go_on=killed_after(chunks), pause=0)
    assert import_batch.find(dialer, people.owner, broken)["done"] == 20 * chunks == len(rows_of(dialer, broken))
    assert work_on(dialer, broken) is False, "the lease of whoever died is not over yet"
    dialer.clock.later(minutes=2)
    work_on_imports(dialer)
    assert import_batch.find(dialer, people.owner, broken)["state"] == "done"
    assert people_of(dialer, people.owner) == people_of(dialer, people.teammate)
    verdicts = [[(row["row"], row["verdict"]) for row in rows_of(dialer, one)] for one in (broken, whole)]
    assert sorted(verdicts[0]) == sorted(verdicts[1])


def test_a_batch_that_was_stopped_politely_goes_on_at_once(dialer, people, small_chunks):
    batch_id = import_batch.receive(dialer, people.owner, messy_books(60).google, "g.csv", state="running")
    left = iter([True, True, False])
    work_on(dialer, batch_id, go_on=lambda: next(left), pause=0)
    batch = import_batch.find(dialer, people.owner, batch_id)
    assert (batch["state"], batch["done"], batch["lease_owner"]) == ("running", 40, None)
    work_on(dialer, batch_id, pause=0)
    assert import_batch.find(dialer, people.owner, batch_id)["state"] == "done"


def test_two_schedulers_never_hold_the_same_batch(dialer, people):
    import_batch.receive(dialer, people.owner, csv("Jane,2125550140"), "b.csv", state="running")
    with dialer.db.write() as conn:
        first = imports.claim(conn, dialer.clock(), "first")
        assert first is not None and imports.claim(conn, dialer.clock(), "second") is None
    dialer.clock.later(minutes=2)
    with dialer.db.write() as conn:
        assert imports.claim(conn, dialer.clock(), "second")["id"] == first["id"]
        assert not imports.advance(conn, first, "first", dialer.clock(), done=1), "the first one is too late"
        assert not imports.finish(conn, first, "first", "done", dialer.clock())


def test_a_rehearsal_says_of_each_row_what_then_happens_and_changes_nobody(dialer, people, small_chunks):
    import_contacts(dialer, people.owner, messy_books(60).google, pause=0)
    before = everything(dialer)
    batch_id = import_batch.receive(dialer, people.owner, messy_books(60).apple, "a.vcf")
    import_batch.rehearse(dialer, people.owner, batch_id)
    rehearsed = {row["row"]: (row["verdict"], row["problems"]) for row in rows_of(dialer, batch_id)}
    assert everything(dialer) == before
    assert {verdict for verdict, _ in rehearsed.values()} == {"new", "joined", "unchanged", "skipped"}
    import_batch.run(dialer, people.owner, batch_id)
    work_on(dialer, batch_id, pause=0)
    assert {row["row"]: (row["verdict"], row["problems"]) for row in rows_of(dialer, batch_id)} == rehearsed


def test_a_large_file_is_rehearsed_by_the_scheduler(dialer, people, monkeypatch):
    monkeypatch.setattr(import_batch, "AT_ONCE_ROWS", 1)
    batch_id = import_batch.receive(dialer, people.owner, csv("Jane,2125550140", "Kim,2125550141"), "b.csv")
    import_batch.rehearse(dialer, people.owner, batch_id)
    assert import_batch.find(dialer, people.owner, batch_id)["state"] == "rehearsing"
    work_on_imports(dialer)
    assert import_batch.find(dialer, people.owner, batch_id)["state"] == "rehearsed"


def test_columns_are_as_the_agent_says(dialer, people):
    data = b"Who,Reach,Since\nJane Doe,2125550140,2/28/2019\n"
    batch_id = import_batch.receive(dialer, people.owner, data, "..\\..\\b\n.csv")
    assert import_batch.find(dialer, people.owner, batch_id)["file_name"] == "b .csv"
    for wrong in (["name", "", ""], ["name", "phone", "password"]):
        with pytest.raises(BadValue):
            import_batch.rehearse(dialer, people.owner, batch_id, wrong)
    import_batch.rehearse(dialer, people.owner, batch_id, ["name", "phone", "closing"])
    import_batch.run(dialer, people.owner, batch_id)
    work_on_imports(dialer)
    ((_name, *_, facts),) = people_of(dialer, people.owner)
    assert [(one[0], one[2]) for one in facts] == [("closing", 228)]


def test_a_step_is_taken_once_however_often_it_is_asked_for(dialer, people):
    batch_id = import_batch.receive(dialer, people.owner, csv("Jane,2125550140"), "b.csv")
    with pytest.raises(Conflict):
        import_batch.run(dialer, people.owner, batch_id)
    import_batch.rehearse(dialer, people.owner, batch_id)
    import_batch.run(dialer, people.owner, batch_id)
    for step in (import_batch.run, import_batch.rehearse, import_batch.undo, import_batch.discard):
        with pytest.raises(Conflict):
            step(dialer, people.owner, batch_id)
    work_on_imports(dialer)
    with dialer.db.read() as conn:
        assert imports.content(conn, batch_id) == b"", "the file is not kept longer than it is needed"


def test_nobody_sees_or_moves_the_import_of_somebody_else(dialer, people):
    batch_id = import_batch.receive(dialer, people.owner, csv("Jane,2125550140"), "b.csv")
    for other in (people.teammate, people.stranger):
        for step in (import_batch.find, import_batch.layout, import_batch.rehearse, import_batch.run,
                     import_batch.undo, import_batch.discard, import_batch.change_columns):  # fmt: skip
            with pytest.raises(NotFound):
                step(dialer, other, batch_id)
        with dialer.db.read() as conn:
            assert imports.recent(conn, other) == []


def test_a_file_that_was_only_looked_at_is_not_kept_for_ever(dialer, people):
    old = import_batch.receive(dialer, people.owner, csv("Jane,2125550140"), "old.csv")
    dialer.clock.later(days=31)
    import_batch.receive(dialer, people.teammate, csv("Jane,2125550140"), "other.csv")
    assert import_batch.find(dialer, people.owner, old)
    import_batch.receive(dialer, people.owner, csv("Jane,2125550140"), "new.csv")
    with pytest.raises(NotFound):
        import_batch.find(dialer, people.owner, old)


def test_a_file_that_cannot_be_read_after_all_fails_with_a_sentence(dialer, people):
    batch_id = import_batch.receive(dialer, people.owner, b"who,where\nJane,Salem\n", "b.csv")
    import_batch.rehearse(dialer, people.owner, batch_id)
    batch = import_batch.find(dialer, people.owner, batch_id)
    assert batch["state"] == "failed" and "No column of phone numbers" in batch["problem"]


def test_a_command_that_is_broken_off_does_not_go_on_behind_ones_back(dialer, people, small_chunks):
    def stop(done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_contacts(dialer, people.owner, messy_books(60).google, progress=stop, pause=0)
    with dialer.db.read() as conn:
        (batch,) = imports.recent(conn, people.owner)
    dialer.clock.later(minutes=5)
    work_on_imports(dialer)
    assert (batch["state"], batch["problem"]) == ("failed", "It was broken off.")
    assert len(rows_of(dialer, batch["id"])) == 20
    undone(dialer, people.owner, batch["id"])
    assert people_of(dialer, people.owner) == []

"""An import as a batch: three messy files become one address book, killed or not, and all of it can be undone."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from soi_dialer.flows import import_batch, import_work
from soi_dialer.flows.errors import BadValue, Conflict, NotFound
from soi_dialer.flows.import_contacts import import_contacts
from soi_dialer.flows.import_work import work_on, work_on_imports
from soi_dialer.flows.keep_contact import add_contact, delete_contact, edit_contact, set_do_not_call
from soi_dialer.store import contacts, do_not_call, imports, tags
from soi_dialer.store.tables import contact, contact_phone, contact_tag, fact, import_row, tag
from tests.cast import START
from tests.data.messy_books import messy_books

A, B, C = "+12125550140", "+12125550141", "+12125550142"


@pytest.fixture
def dialer(dialer):
    """With a clock that can be moved, and moves by itself a little."""
    time = {"now": START}

    def clock():
        time["now"] += timedelta(milliseconds=1)
        return time["now"]

    moved = dataclasses.replace(dialer, clock=clock)
    moved.clock.__dict__["later"] = lambda **by: time.update(now=time["now"] + timedelta(**by))
    return moved


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(import_work, "CHUNK", 20)


def csv(*rows: str) -> bytes:
    return "\n".join(("name,phone,phone2,email,tags,note,birthday", *rows)).encode()


def everything(dialer):
    """All that an import touches, as it stands."""
    tables = (contact, contact_phone, contact_tag, tag, fact)
    with dialer.db.read() as conn:
        return [sorted(map(repr, conn.execute(select(table)).all())) for table in tables]


def people_of(dialer, scope):
    """What is kept of each, without ids and times."""
    with dialer.db.read() as conn:
        rows = conn.execute(select(contact).where(contact.c.agent_id == scope.agent_id)).mappings().all()
        ids = [row["id"] for row in rows]
        phones, labels = contacts.phones(conn, ids), tags.names_of(conn, ids)
        facts = conn.execute(select(fact.c.contact_id, fact.c.kind, fact.c.text, fact.c.month_day)).all()
    return sorted(
        (
            row["name"], row["email"], row["level"], row["note"], row["next_touch_on"],
            tuple((one["number"], one["label"], one["position"]) for one in phones[row["id"]]),
            tuple(labels[row["id"]]), tuple(sorted(tuple(one[1:]) for one in facts if one[0] == row["id"])),
        )
        for row in rows
    )  # fmt: skip


def rows_of(dialer, batch_id):
    with dialer.db.read() as conn:
        return conn.execute(select(import_row).where(import_row.c.batch_id == batch_id)).mappings().all()


def taken_in(dialer, scope, data: bytes) -> int:
    batch_id = import_batch.receive(dialer, scope, data, "book.csv")
    import_batch.rehearse(dialer, scope, batch_id)
    import_batch.run(dialer, scope, batch_id)
    work_on_imports(dialer)
    assert import_batch.find(dialer, scope, batch_id)["state"] == "done"
    return batch_id


def undone(dialer, scope, batch_id: int) -> dict[str, tuple[bool, list[str]]]:
    import_batch.undo(dialer, scope, batch_id)
    work_on_imports(dialer)
    assert import_batch.find(dialer, scope, batch_id)["state"] == "undone"
    return {row["name"]: (row["is_undone"], row["problems"]) for row in rows_of(dialer, batch_id)}


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
    books = messy_books(120)
    for data in (books.google, books.outlook, books.apple):
        result = import_contacts(dialer, people.owner, data, pause=0)
        assert result.added + result.updated + result.unchanged + result.skipped == 120
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


def test_a_file_that_cannot_be_read_after_all_fails_with_a_sentence(dialer, people):
    batch_id = import_batch.receive(dialer, people.owner, b"who,where\nJane,Salem\n", "b.csv")
    import_batch.rehearse(dialer, people.owner, batch_id)
    batch = import_batch.find(dialer, people.owner, batch_id)
    assert batch["state"] == "failed" and "No column of phone numbers" in batch["problem"]


def test_do_not_call_comes_in_with_the_file_and_stays_when_it_is_undone(dialer, people):
    kim = add_contact(dialer, people.owner, name="Kim", phones=[{"number": B}])
    data = b"name,phone,do not call\nJane,2125550140,by letter\nKim,2125550141,yes\n"
    batch_id = taken_in(dialer, people.owner, data)
    undone(dialer, people.owner, batch_id)
    with dialer.db.read() as conn:
        assert contacts.get(conn, people.owner, kim)["do_not_call_at"]
        assert do_not_call.blocked_numbers(conn, people.owner.office_id, [A, B, C]) == {A, B}


def test_an_undo_puts_everything_back_as_it_was(dialer, people, small_chunks):
    import_contacts(dialer, people.owner, messy_books(60).google, pause=0)
    with dialer.db.write() as conn:
        contacts.add_named_by_number(conn, people.owner, "+12125550177", START)
    before = everything(dialer)
    zed = b"BEGIN:VCARD\r\nFN:Zed\r\nTEL:2125550177\r\nEND:VCARD\r\n"
    batch_id = taken_in(dialer, people.owner, messy_books(60).apple + zed)
    assert everything(dialer) != before
    undone(dialer, people.owner, batch_id)
    assert {row["is_undone"] for row in rows_of(dialer, batch_id) if row["verdict"] in ("new", "joined")} == {True}
    assert everything(dialer) == before


def test_an_undo_leaves_whom_something_has_happened_with_and_says_so(dialer, people):
    known = add_contact(dialer, people.owner, name="Kim Known", phones=[{"number": C}])
    others = ("Ann,2125550143", "Bob,2125550144,,,Rotary", "Cy,2125550145", "Dee,2125550146")
    batch_id = taken_in(dialer, people.owner, csv(*others, "Kim,2125550142,2125550147,k@x.org,Golf,n"))
    with dialer.db.read() as conn:
        ids = {row["name"]: row["id"] for row in contacts.page(conn, people.owner)}
    dialer.clock.later(days=1)
    edit_contact(dialer, people.owner, ids["Ann"], note="Met her")
    set_do_not_call(dialer, people.owner, ids["Cy"], True)
    edit_contact(dialer, people.owner, known, note="My own words")
    with dialer.db.write() as conn:
        tags.put_on(conn, people.owner, {ids["Bob"]: ["Chess"]})
    delete_contact(dialer, people.owner, ids["Dee"])
    marks = undone(dialer, people.owner, batch_id)
    assert {name: done for name, (done, _) in marks.items()} == {
        "Ann": False, "Bob": False, "Cy": False, "Dee": True, "Kim": False,
    }  # fmt: skip
    assert all(problems[-1].startswith("Kept: ") for done, problems in marks.values() if not done)
    kim = next(one for one in people_of(dialer, people.owner) if one[0] == "Kim Known")
    assert (kim[1], kim[3], [one[0] for one in kim[5]], kim[6]) == ("", "My own words", [C], ())


def test_an_undo_never_takes_the_last_number(dialer, people):
    with dialer.db.write() as conn:
        unknown = contacts.add_named_by_number(conn, people.owner, A, START)
    batch_id = taken_in(dialer, people.owner, csv("Jane,2125550140,2125550141"))
    edit_contact(dialer, people.owner, unknown, phones=[{"number": B}])
    undone(dialer, people.owner, batch_id)
    with dialer.db.read() as conn:
        assert [one["number"] for one in contacts.phones(conn, [unknown])[unknown]] == [B]


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

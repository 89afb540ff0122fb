"""vCards of three versions, as phones and programs write them; rows 26-41 of docs/bad-inputs.md where they apply."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.address_book import BadFile, ImportedPerson, ImportedPhone, Problem, layout_of, read_rows
from soi_dialer.domain.imported import ImportedFact
from soi_dialer.domain.names import clean_note
from soi_dialer.domain.vcard_text import V3, V4, card

PLAIN = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;José;;;\r\nFN:José Doe\r\nTEL;TYPE=CELL:212-555-1234\r\n"
    "EMAIL:j@example.com\r\nNOTE:Ask about the dog\\, twice\\nor more\r\nEND:VCARD\r\n"
)
JOSE = ImportedPerson(
    1,
    "José Doe",
    (ImportedPhone("+12125551234", "mobile", ""),),
    "j@example.com",
    note="Ask about the dog, twice\nor more",
)


def read(text: str | bytes) -> list[ImportedPerson | Problem]:
    return list(read_rows(text.encode() if isinstance(text, str) else text))


def one(*lines: str, version: str = "3.0") -> ImportedPerson:
    (person,) = read("\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", "")))
    assert isinstance(person, ImportedPerson), person
    return person


PHOTO = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["/9j/4AAQSkZJRg" * 5] * 40) + "\r\n"
URI = ';VALUE=uri;TYPE="voice,cell":tel:+1-'
SAME_CARD = [
    ("plain", PLAIN.encode()),
    ("row26-bom", PLAIN.encode("utf-8-sig")),
    ("row27-utf16", PLAIN.encode("utf-16")),
    ("row27-utf16-without-mark", PLAIN.encode("utf-16-le")),
    ("row28-windows-1252", PLAIN.encode("cp1252")),
    ("row35-nul-bytes", PLAIN.replace("Doe\r", "D\x00oe\r").encode()),
    ("row36-only-carriage-returns", PLAIN.replace("\r\n", "\r").encode()),
    ("line-feeds", PLAIN.replace("\r\n", "\n").encode()),
    ("blank-lines", PLAIN.replace("\r\n", "\r\n\r\n").encode()),
    ("lower-case", PLAIN.replace("BEGIN:VCARD", "begin:vcard").replace("TEL;TYPE=CELL", "tel;type=cell").encode()),
    ("folded", PLAIN.replace("Ask about", "Ask a\r\n bout").replace("FN:José", "FN:\r\n\tJosé").encode()),
    ("with-a-picture", PLAIN.replace("NOTE", f"{PHOTO}NOTE").encode()),
    ("version-2.1", PLAIN.replace("3.0", "2.1").replace("TYPE=CELL", "CELL;PREF").encode()),
    ("version-4.0", PLAIN.replace("3.0", "4.0").replace(";TYPE=CELL:212-", f"{URI}212-").encode()),
]


@pytest.mark.parametrize("data", [data for _, data in SAME_CARD], ids=[name for name, _ in SAME_CARD])
def test_one_card_reads_the_same_however_it_was_saved(data):
    assert read(data) == [JOSE]


@pytest.mark.parametrize(
    "line",
    [
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB M=C3=BCl=\r\nler",
        "FN;ENCODING=quoted-printable;CHARSET=iso-8859-1:Zo=EB M=FCller",
        "FN;QUOTED-PRINTABLE;CHARSET=Windows-1252:Zo=EB M=FCller",
        "FN;CHARSET=unicode_escape;QUOTED-PRINTABLE:Zo=C3=AB M=C3=BCller",
        "FN;CHARSET=nonsense;ENCODING=QUOTED-PRINTABLE:Zo=EB M=FCller",
    ],
)
def test_quoted_printable_is_read_in_its_own_or_the_likeliest_charset(line):
    assert one(line, "TEL:2125551234", version="2.1").name == "Zoë Müller"


def test_apples_groups_and_labels_are_understood():
    person = one(
        "N:Doe;Jane;Q.;Dr.;Jr.",
        "item1.TEL;type=pref:(212) 555-1235",
        "item1.X-ABLabel:_$!<Mobile>!$_",
        "item2.TEL:212.555.1236",
        "item2.X-ABLabel:Cabin\\, upstairs",
        "TEL;type=WORK;type=FAX:212 555 1237",
        "TEL;type=HOME;type=VOICE:212 555 1238 x9",
        "item3.X-ABDATE;type=pref:2010-06-12",
        "item3.X-ABLabel:_$!<Anniversary>!$_",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29",
        "CATEGORIES:Past Clients,Rotary\\, Salem",
        "item4.ADR;type=HOME:;;12 Maple St;Salem;MA;01970;USA",
    )
    assert person.name == "Jane Q. Doe Jr."
    assert person.phones == (
        ImportedPhone("+12125551235", "mobile", ""),
        ImportedPhone("+12125551236", "cabin, upstairs", ""),
        ImportedPhone("+12125551238", "home", "9"),
    )
    assert (person.level, person.tags) == ("customer", ("Rotary Salem",))
    assert person.facts == (
        ImportedFact("birthday", "Birthday on February 29", None, 229),
        ImportedFact("note", "Wedding anniversary on June 12, 2010", date(2010, 6, 12), 612),
        ImportedFact("house", "12 Maple St, Salem, MA 01970"),
    )


def test_of_several_numbers_and_addresses_the_preferred_one_comes_first_and_none_is_lost():
    numbers = "TEL:2125551234", "TEL;PREF=1:2125551235"
    person = one("FN:Jane", *numbers, "EMAIL:a@example.com", "EMAIL;type=pref:B@Example.com")
    assert [phone.e164[-4:] for phone in person.phones] == ["1235", "1234"]
    assert (person.email, person.other_emails) == ("b@example.com", ("a@example.com",))


def test_a_uri_with_an_extension_is_a_number():
    assert one("FN:J", "TEL;VALUE=uri:tel:+1-212-555-1234;ext=5", version="4.0").phones == (
        ImportedPhone("+12125551234", "", "5"),
    )


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("FN: ", "N:Doe;Jane"), "Jane Doe"),
        (("NICKNAME:Janie",), "Janie"),
        (("ORG:Acme;Sales",), "Acme"),
        (("EMAIL:j@example.com",), "j@example.com"),
        ((), "(212) 555-1234"),
    ],
)
def test_a_card_without_a_name_takes_the_next_best(lines, name):
    assert one(*lines, "TEL:2125551234").name == name


def test_row41_what_is_broken_costs_only_its_card_and_is_said():
    cut = PLAIN.replace("END:VCARD\r\n", "")
    group = PLAIN.replace("FN", "X-ADDRESSBOOKSERVER-KIND:group\r\nFN")
    nobody = re.sub("(TEL|EMAIL).*\r\n", "", PLAIN)
    found = read(cut + PLAIN + group + nobody + "noise\r\n" + PLAIN.replace("NOTE", "no colon here\r\nNOTE") + cut)
    assert [row.row for row in found] == [1, 2, 3, 4, 5, 6]
    assert [isinstance(row, ImportedPerson) for row in found] == [False, True, False, False, True, False]
    assert "no end" in found[0].reason and "no end" in found[5].reason
    assert found[2] == Problem(3, "It is a group of people and not a person.", "José Doe")
    assert "no phone number" in found[3].reason


def test_row41_cards_of_any_size_are_read():
    photo = "PHOTO;ENCODING=b:" + "\r\n ".join(["A" * 74] * 14_000)
    (long,) = read(PLAIN.replace("FN:José Doe", f"FN:{'A' * 1_000_000}\r\n{photo}"))
    assert isinstance(long, ImportedPerson) and len(long.name) == 200
    *lost, ann = read("BEGIN:VCARD\r\n" * 2000 + "FN:Ann\r\nTEL:2125551234\r\n" + "END:VCARD\r\n" * 2000)
    assert ann.name == "Ann" and all(isinstance(card, Problem) for card in lost)


def test_a_card_within_a_card_is_not_a_person_of_its_own():
    agent = PLAIN.replace("José", "Agent")
    inside = PLAIN.replace("NOTE", f"AGENT:\r\n{agent}NOTE").replace("TYPE=CELL", "CELL")
    assert [person.name for person in read(inside + PLAIN.replace("NOTE", f"AGENT:{agent}NOTE"))] == ["José Doe"] * 2


def test_a_line_that_was_made_to_keep_a_reader_busy_does_not():
    hostile = ("TEL;A" + "," * 5000, 'TEL;X="' + "a;" * 5000, ";" * 5000 + ":", "NOTE:" + "\\" * 5001)
    assert one("FN:Jane", *hostile, "TEL:2125551234").name == "Jane"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "<script>", "'; DROP TABLE contact", "{{7*7}}"])
def test_row38_and_39_formulas_and_markup_are_names_like_others(name):
    assert one(f"FN:{name.replace(';', chr(92) + ';')}", "TEL:2125551234").name == name


def test_row37_more_cards_than_anybody_knows_are_not_read(monkeypatch):
    monkeypatch.setattr("soi_dialer.domain.address_book.MAX_ROWS", 3)
    rows = read(PLAIN * 10)
    assert len(rows) == 4 and "first 3 cards" in rows[-1].reason


def test_a_vcard_has_no_columns_to_choose():
    layout = layout_of((PLAIN * 3).encode())
    assert (layout.is_vcard, layout.titles, layout.rows) == (True, (), 3)


LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"])
TEXTS = st.text(LETTERS, max_size=90).map(lambda text: " ".join(text.split()))
PEOPLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Jane Doe", "Zoë O'Neil; Jr., the \\ second", "李小龍", "A" * 200]),
        "email": st.sampled_from(["", "j@example.com"]),
        "note": st.lists(TEXTS, max_size=3).map("\n".join).map(str.strip),
        "time_zone": st.sampled_from([None, "America/Denver"]),
        "level": st.sampled_from(["friend", "inner, circle"]),
        "do_not_call_at": st.sampled_from([None, datetime(2026, 1, 1, tzinfo=UTC)]),
        "do_not_call_reason": st.sampled_from(["by letter, in May"]),
        "cadence_days": st.sampled_from([None, 45]),
        "archived_at": st.sampled_from([None, datetime(2026, 1, 1, tzinfo=UTC)]),
    }
)
FACTS = st.lists(
    st.sampled_from(
        [
            {"kind": "birthday", "text": "Turns fifty; big party", "about_on": date(1976, 2, 29), "month_day": 229},
            {"kind": "closing", "text": "12 Maple\nStreet \\o/", "about_on": date(2019, 5, 1), "month_day": 501},
            {"kind": "ask_next", "text": "How: did it go?", "about_on": None, "month_day": None},
            {"kind": "opening", "text": "equity", "about_on": date(2027, 1, 2), "month_day": None},
        ]
    ),
    unique_by=lambda fact: fact["kind"],
)


@pytest.mark.parametrize("version", [V3, V4])
@given(person=PEOPLE, facts=FACTS, tags=st.lists(st.sampled_from(["Rotary Salem", "golf", "Üö"]), unique=True))
def test_what_we_write_is_read_back_whole(version, person, facts, tags):
    phones = [
        {"number": "+12125551234", "label": "mobile", "extension": ""},
        {"number": "+12125551235", "label": "cabin; upstairs", "extension": "12"},
        {"number": "+442079460958", "label": "", "extension": ""},
    ]
    written = card(version, person, phones, tags, facts, "Doe; and Roe")
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    (read_back,) = read(written)
    assert (read_back.name, read_back.email, read_back.level) == (person["name"], person["email"], person["level"])
    assert (read_back.time_zone, read_back.tags) == (person["time_zone"], tuple(tags))
    assert (read_back.cadence_days, read_back.household) == (person["cadence_days"], "Doe; and Roe")
    assert read_back.archived == bool(person["archived_at"])
    assert read_back.do_not_call == ("by letter, in May" if person["do_not_call_at"] else None)
    assert [dict(zip(("number", "label", "extension"), p, strict=True)) for p in read_back.phones] == phones
    assert {fact._asdict()["text"] for fact in read_back.facts} == {fact["text"] for fact in facts}
    assert {fact[2:4] for fact in read_back.facts} == {(fact["about_on"], fact["month_day"]) for fact in facts}
    assert read_back.note == clean_note(person["note"])


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_any_card_is_read_or_refused_with_a_sentence(body):
    try:
        rows = read(f"BEGIN:VCARD\r\n{body}\r\nEND:VCARD\r\n".encode("utf-8", "replace"))
    except BadFile as refusal:
        assert str(refusal).endswith(".")
        return
    assert all(row.phones if isinstance(row, ImportedPerson) else row.reason.endswith(".") for row in rows)

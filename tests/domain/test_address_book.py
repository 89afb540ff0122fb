"""Rows 26-40 of docs/bad-inputs.md, and the address books that people really export."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain.address_book import BadFile, ImportedPerson, ImportedPhone, Problem, read_rows
from tests.data.google_contacts import google_contacts

PLAIN = (
    "name,phone,phone2,email,level,note\n"
    "José,212-555-1234,(213) 555-9999 x7,j@example.com,friend,Ask about the dog\n"
)
JOSE = ImportedPerson(
    2,
    "José",
    (ImportedPhone("+12125551234", "", ""), ImportedPhone("+12135559999", "", "7")),
    "j@example.com",
    "friend",
    "Ask about the dog",
)


def rows_of(data: str | bytes) -> list[ImportedPerson | Problem]:
    return list(read_rows(data.encode() if isinstance(data, str) else data))


def people_of(data: str | bytes) -> list[ImportedPerson]:
    return [row for row in rows_of(data) if isinstance(row, ImportedPerson)]


SAME_TABLE = [
    ("plain", PLAIN.encode()),
    ("row26-bom", PLAIN.encode("utf-8-sig")),
    ("row27-utf16", PLAIN.encode("utf-16")),
    ("row27-utf16-big-endian-without-mark", PLAIN.encode("utf-16-be")),
    ("row27-utf16-little-endian-without-mark", PLAIN.encode("utf-16-le")),
    ("row28-windows-1252", PLAIN.encode("cp1252")),
    ("row28-old-mac", PLAIN.encode("mac-roman")),
    ("row29-bars", PLAIN.replace(",", "|").encode()),
    ("row29-semicolons", PLAIN.replace(",", ";").encode()),
    ("row29-tabs", PLAIN.replace(",", "\t").encode()),
    ("row29-excel-names-its-delimiter", ("sep=;\r\n" + PLAIN.replace(",", ";")).encode()),
    ("row31-duplicate-header", PLAIN.replace("note", "name").replace("Ask about the dog", "").encode()),
    ("row35-nul-bytes", PLAIN.replace("José", "Jo\x00sé").replace("212-", "212\x00-").encode()),
    ("row36-only-carriage-returns", PLAIN.replace("\n", "\r").encode()),
    ("crlf", PLAIN.replace("\n", "\r\n").encode()),
    ("blank-rows-around", ("\n\n" + PLAIN + "\n,,,,,\n  \n").encode()),
    ("quoted", PLAIN.replace("José", '"José"').encode()),
    ("quoted-after-a-blank", PLAIN.replace("(213) 555-9999 x7", ' "(213) 555-9999, x7"').encode()),
    ("quoted-delimiters-in-the-header", PLAIN.replace(",", ";").replace("level", '"level";",,,,,,,"', 1).encode()),
    ("header-in-other-words", PLAIN.replace("name,phone,phone2", "Full Name,Phone Number,PHONE_2").encode()),
]


@pytest.mark.parametrize("data", [data for _, data in SAME_TABLE], ids=[name for name, _ in SAME_TABLE])
def test_one_table_reads_the_same_however_it_was_saved(data):
    (person,) = rows_of(data)
    assert (person.name, person.phones, person.email, person.level) == (JOSE.name, JOSE.phones, JOSE.email, JOSE.level)
    assert person.problems == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_row27_names_outside_western_europe_survive_utf16_without_its_mark(encoding):
    data = ("name,phone\n" + "Łukasz,2125551234\n" * 9).encode(encoding)
    assert {person.name for person in rows_of(data)} == {"Łukasz"}


def test_every_field_of_a_good_row_is_kept():
    assert rows_of(PLAIN) == [JOSE]


NO_ADDRESS_BOOK = [
    ("row30-empty", b"", "empty"),
    ("row30-only-blanks", b"\xef\xbb\xbf \r\n\t\n", "empty"),
    ("row30-only-header", b"name,phone\n", "header row and nothing else"),
    ("no-header", b"Jane,2125551234\n", "must name the columns"),
    ("no-phone-column", b"name,email\nJane,j@example.com\n", "No column of phone numbers"),
    ("row33-unclosed-quote-in-header", b'"name,phone\nJane,2125551234\n', "quotation marks"),
    ("row37-too-large", b"name,phone\n" + b"x" * 20_000_000, "20 MB"),
    ("row40-xlsx", b"PK\x03\x04\x14\x00[Content_Types].xml xl/workbook.xml", "^That is an Excel workbook"),
    ("row40-zip", b"PK\x03\x04\x14\x00contacts.csv", "unpack a zip"),
    ("row40-xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel workbook"),
    ("row40-jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
    ("row40-png", b"\x89PNG\r\n\x1a\n", "picture"),
    ("row40-html", b"\n<!DOCTYPE html><html>", "web page"),
    ("row40-pdf", b"%PDF-1.7", "PDF"),
    ("row40-rtf", rb"{\rtf1 Jane}", "text document"),
    ("row40-json", b'{"contacts": []}', "JSON"),
    ("row40-program", b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 8, "not a text file"),
]


@pytest.mark.parametrize(("_name", "data", "says"), NO_ADDRESS_BOOK, ids=[row[0] for row in NO_ADDRESS_BOOK])
def test_a_file_that_is_no_address_book_is_refused_in_one_sentence(_name, data, says):
    with pytest.raises(BadFile, match=says) as refusal:
        read_rows(data)
    assert "\n" not in str(refusal.value)


def test_row32_ragged_rows_keep_what_they_have():
    short, long = rows_of("name,phone,email\nJane,2125551234\nBob,2125551235,b@example.com,extra,cells\n")
    assert (short.name, short.email, short.problems) == ("Jane", "", ())
    assert long.email == "b@example.com"
    assert "more cells" in long.problems[0]


def test_row33_an_unclosed_quote_costs_only_its_line_and_says_which():
    jane, lost, al = rows_of('name,phone\nJane,2125551234\n"Bob,2125551235\nAl,2125551236\n')
    assert (jane.name, al.name) == ("Jane", "Al")
    assert lost == Problem(3, "The quotation marks in line 3 of the file do not match; the line was left out.")
    rows = rows_of('name,phone\n"Bob,2125551235\nAl,"2125551236"\nZed,2125551237\n')
    assert [row.name for row in rows] == ["", "Al", "Zed"]


def test_row33_as_many_unclosed_quotes_as_lines_are_read_in_one_go():
    rows = rows_of("name,phone\n" + '"Bob,2125551235\n' * 20_000 + "Zed,2125551237\n")
    assert len(rows) == 20_001 and rows[-1].name == "Zed"
    many = "".join(f"Person {number},2125551237\n" for number in range(9000))
    lost, *others = rows_of('name,phone\nBob,"2125551235\n' + many)
    assert "line 2" in lost.reason and len(others) == 9000


def test_row34_a_cell_beyond_the_readers_limit_costs_only_its_row():
    lost, bob = rows_of(f"name,phone\n{'x' * 140_000},2125551234\nBob,2125551235\n")
    assert (lost.row, "131,072" in lost.reason) == (2, True)
    assert (bob.row, bob.name) == (3, "Bob")


def test_row38_formulas_are_text():
    table = 'name,phone,note\n"=HYPERLINK(""http://x"")","=""2125551234""",@SUM(A1)\n|cmd,+12125551235,-1+1\n'
    first, second = people_of(table)
    assert (first.name, first.note) == ('=HYPERLINK("http://x")', "@SUM(A1)")
    assert first.phones[0].e164 == "+12125551234", "Excel keeps a number whole by writing it as a formula"
    assert (second.name, second.note) == ("|cmd", "-1+1")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{7*7}}", "${x}", "'; DROP TABLE contact"])
def test_row39_markup_and_code_are_names_like_others(name):
    assert people_of(f'name,phone\n"{name}",2125551234\n')[0].name == name


def test_a_wrong_number_costs_only_itself_and_says_why():
    (person,) = rows_of("name,phone,phone2\nJane,911,2125551234\n")
    assert [one.e164 for one in person.phones] == ["+12125551234"]
    assert person.problems == (
        "A phone number was left out: Emergency and service numbers such as 911 are never called from here; "
        "use your phone.",
    )


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("Jane,", "no phone number"),
        ("Jane,2.12556E+09", "spreadsheet"),
        ("Jane,+19005551234", "premium-rate"),
        ("Jane,212-555-1234 or 213-555-9999", "two phone numbers"),
    ],
)
def test_a_row_with_nobody_to_call_is_named_with_its_reason(cells, says):
    (problem,) = rows_of(f"name,phone\n{cells}\n")
    assert (problem.row, problem.name) == (2, "Jane")
    assert says in problem.reason


def test_one_number_twice_in_a_row_is_kept_once():
    (person,) = rows_of("name,mobile,home phone\nJane,212-555-1234,+1 (212) 555-1234\n")
    assert person.phones == (ImportedPhone("+12125551234", "mobile", ""),)


def test_a_row_without_a_name_takes_the_next_best_and_says_when_it_is_the_number():
    table = (
        "name,company,email,phone\n,Acme,a@example.com,2125551234\n"
        ",,b@example.com,2125551235\n\u200b,,,2125551236\n"
    )
    company, email, number = people_of(table)
    assert [company.name, email.name, number.name] == ["Acme", "b@example.com", "(212) 555-1236"]
    assert [one.named_by_number for one in (company, email, number)] == [False, False, True]


def test_a_wrong_email_or_an_endless_note_is_left_out_and_said():
    (person,) = rows_of(f"name,phone,email,note\nJane,2125551234,not an address,{'x' * 20_001}\n")
    assert (person.email, person.note) == ("", "")
    assert len(person.problems) == 2


def test_foreign_numbers_are_kept_for_dialling_them_is_a_setting():
    assert people_of("name,phone\nJane,+44 20 7946 0958\n")[0].phones[0].e164 == "+442079460958"


def test_todays_google_layout_is_understood():
    table = (
        "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,Organization Name,Birthday,Notes,Photo,Labels,"
        "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"
        'Jane,Q.,Doe,,Janie,,1980-02-30,"Two\nlines",,* myContacts ::: Past Clients,'
        "* Home,j@example.com ::: k@example.com,* mobile,+1 212-555-1234 ::: (213) 555-9999,Work,212.555.1111 x5\n"
    )
    assert rows_of(table) == [
        ImportedPerson(
            2,
            "Jane Q. Doe",
            (
                ImportedPhone("+12125551234", "mobile", ""),
                ImportedPhone("+12135559999", "mobile", ""),
                ImportedPhone("+12125551111", "work", "5"),
            ),
            "j@example.com",
            "customer",
            "Two\nlines",
            problems=("A date (birthday) was left out: There is no such day.",),
            other_emails=("k@example.com",),
        )
    ]


def test_the_older_google_layout_is_understood():
    (person,) = rows_of(
        "Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
        "Phone 1 - Type,Phone 1 - Value\n"
        "Jane Doe,Jane,,Doe,* myContacts ::: Friends,* Home,j@example.com,Mobile,2125551234\n"
    )
    assert (person.name, person.email, person.level) == ("Jane Doe", "j@example.com", "friend")
    assert person.phones == (ImportedPhone("+12125551234", "mobile", ""),)


def test_the_outlook_layout_is_understood_without_faxes_and_assistants():
    (person,) = rows_of(
        "Title,First Name,Middle Name,Last Name,Suffix,Company,E-mail Address,E-mail 2 Address,Business Phone,"
        "Business Fax,Home Phone 2,Mobile Phone,Assistant's Phone,Pager,Notes\n"
        "Ms.,Jane,,Doe,Jr.,Acme,j@example.com,k@example.com,2125551111,2125552222,2125553333,2125554444,2125555555,"
        "2125556666,hello\n"
    )
    assert (person.name, person.email, person.note) == ("Jane Doe Jr.", "j@example.com", "hello")
    numbers = [(one.e164[-4:], one.label) for one in person.phones]
    assert numbers == [("1111", "work"), ("3333", "home"), ("4444", "mobile")]


def test_a_thousand_people_from_google_are_all_accounted_for():
    rows = rows_of(google_contacts(1000))
    people = [row for row in rows if isinstance(row, ImportedPerson) and row.phones]
    assert [row.row for row in rows] == list(range(2, 1002))
    assert len(people) == 980, "one row in fifty has no number"
    others = [row for row in rows if row not in people]
    assert {isinstance(row, Problem) for row in others} == {True, False}, "some of those have an address at least"
    assert all(row.email for row in others if isinstance(row, ImportedPerson))
    assert sum(bool(person.problems) for person in people) == 10, "one in a hundred has a cell spoilt by a spreadsheet"
    levels = {"", "customer", "friend", "referral partner", "acquaintance"}
    assert {tag for person in people for tag in person.tags} == {"Neighbors", "family"}
    assert {person.level for person in people} == levels
    assert len({person.phones[0].e164 for person in people}) == 980


def test_the_made_up_export_is_the_same_every_time():
    assert google_contacts(50) == google_contacts(50)


def test_row37_more_rows_than_anybody_knows_are_not_read(monkeypatch):
    monkeypatch.setattr("soi_dialer.domain.address_book.MAX_ROWS", 3)
    rows = rows_of("name,phone\n" + "Jane,2125551234\n" * 10)
    assert isinstance(rows[-1], Problem) and "first 3 rows" in rows[-1].reason
    assert len(rows) == 4


BODIES = st.text(max_size=200).map(lambda text: f"name,phone\n{text}".encode("utf-8", "replace"))


@given(st.binary(max_size=300) | BODIES)
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    try:
        rows = rows_of(data)
    except BadFile as refusal:
        assert str(refusal).endswith(".")
        return
    for row in rows:
        assert row.row >= 2
        assert row.phones or row.email if isinstance(row, ImportedPerson) else row.reason.endswith(".")

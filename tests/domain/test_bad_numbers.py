"""Rows 1-25 of docs/bad-inputs.md: what people, spreadsheets and carriers hand in as a phone number.

Each test id begins with the row. A refusal is one sentence, holds no number, and nothing can be dialled.
"""

from __future__ import annotations

import pytest

from soi_dialer.domain import phone

EMPTY = "Enter a phone number"
NOT_A_NUMBER = "not a phone number"
EMERGENCY = "never called from here"
TWO = "two phone numbers"
TOO_LONG = "too long"
SPREADSHEET = "spreadsheet"
LETTERS = "letters"
STRANGE = "no part of a phone number"
ADDRESS = "internet address"

REFUSED = [
    (1, "", EMPTY),
    (1, "   \t\n", EMPTY),
    (1, "\u200b\u202a", EMPTY),
    (2, "+", NOT_A_NUMBER),
    (2, "0", NOT_A_NUMBER),
    (2, "()-", NOT_A_NUMBER),
    (3, "911", EMERGENCY),
    (3, "9-1-1", EMERGENCY),
    (3, "+1911", EMERGENCY),
    (3, "+911", EMERGENCY),
    (3, "411", EMERGENCY),
    (3, "988", EMERGENCY),
    (3, "211", EMERGENCY),
    (3, "112", EMERGENCY),
    (3, "999", EMERGENCY),
    (3, "tel:911", EMERGENCY),
    (3, "911 x5", EMERGENCY),
    (3, "９１１", EMERGENCY),
    (3, "24273", "too short"),
    (4, "555-1234", "area code is missing"),
    (11, "+1212555123456789", TOO_LONG),
    (12, "2" * 300, TOO_LONG),
    (12, "2" * 100, TOO_LONG),
    (12, "x" * 300, "far too long"),
    (12, "9" * 1_000_000, TOO_LONG),
    (15, "+12125551234\n+19005551234", TWO),
    (15, "212\x00555\x001234", "control character"),
    (15, "212\t555-1234", "control character"),
    (16, "212-555-1234 or 213-555-9999", TWO),
    (16, "212-555-1234 / 213-555-9999", TWO),
    (16, "(212) 555-1234, (213) 555-9999", TWO),
    (16, "+12125551234;+12135559999", TWO),
    (16, "+1 212-555-1234 ::: +1 213-555-9999", TWO),
    (16, "2125551234 2135559999", TOO_LONG),
    (17, "2.125551234E9", SPREADSHEET),
    (17, "2.12556E+09", SPREADSHEET),
    (17, "2,12556E+09", SPREADSHEET),
    (17, "12125551234.0", SPREADSHEET),
    (19, "*67 2125551234", "dial codes"),
    (19, "#31#2125551234", "dial codes"),
    (20, "sip:a@b", ADDRESS),
    (20, "client:alice", ADDRESS),
    (20, "jane@example.com", ADDRESS),
    (21, "anonymous", LETTERS),
    (21, "+266696687", "too short"),
    (21, "+8656696", "area code is missing"),
    (25, "abc", LETTERS),
    (25, "Joe 555-1234", LETTERS),
    (25, "212-555-1234 Jane", LETTERS),
    (25, "212 555 123O", LETTERS),
    (25, "+12125551234 \N{GRINNING FACE}", STRANGE),
    (25, "<script>2125551234</script>", STRANGE),
]

ACCEPTED = [
    (5, "2125551234", "+12125551234", ""),
    (5, "1 (212) 555-1234", "+12125551234", ""),
    (5, "212.555.1234", "+12125551234", ""),
    (5, "212\u00a0555\u20111234", "+12125551234", ""),
    (6, "212.555.1234 x55", "+12125551234", "55"),
    (6, "(212) 555-1234 ext. 55", "+12125551234", "55"),
    (6, "212-555-1234;ext=9", "+12125551234", "9"),
    (6, "212-555-1234,,123#", "+12125551234", "123"),
    (6, "212-555-1234,,1234567#", "+12125551234", "1234567"),
    (7, "1-800-FLOWERS", "+18003569377", ""),
    (10, "+442079460958", "+442079460958", ""),
    (10, "011442079460958", "+442079460958", ""),
    (10, "+44 (0)20 7946 0958", "+442079460958", ""),
    (13, "＋１２１２５５５１２３４", "+12125551234", ""),
    (13, "\u0662\u0661\u0662\u0665\u0665\u0665\u0661\u0662\u0663\u0664", "+12125551234", ""),
    (14, "\u202a+12125551234\u202c", "+12125551234", ""),
    (18, "'+12125551234", "+12125551234", ""),
    (20, "tel:+1-212-555-1234", "+12125551234", ""),
    (20, "tel:+12125551234;ext=9", "+12125551234", "9"),
    (23, "+12015550123", "+12015550123", ""),
]

NEVER_DIALLED = [
    (3, "+1911", EMERGENCY),
    (3, "911", EMERGENCY),
    (3, "+1988", EMERGENCY),
    (4, "+15551234", "no such phone number"),
    (8, "+19005551234", "premium-rate"),
    (9, "+18765551234", "JM"),
    (9, "+14415551234", "no such phone number"),
    (9, "+14412345678", "BM"),
    (9, "+17875551234", "PR"),
    (10, "+442079460958", "GB"),
    (10, "+88213300655", "numbers of no country"),
    (11, "+1212555123456789", "no such phone number"),
    (21, "+266696687", "no such phone number"),
    (21, "+7378742833", "no such phone number"),
    (21, "", "no such phone number"),
    (25, "+15005550006", "personal"),
    (25, "+12125551234\n", "no such phone number"),
]

WITHHELD = ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "anonymous", "Unknown", "", " ", None]


def ids(rows: list) -> list[str]:
    return [f"row{row[0]:02d}-{str(row[1])[:24]!a}" for row in rows]


@pytest.mark.parametrize(("row", "text", "says"), REFUSED, ids=ids(REFUSED))
def test_refused_with_one_clear_sentence(row, text, says):
    with pytest.raises(phone.BadNumber) as refusal:
        phone.parse(text)
    reason = refusal.value.reason
    assert says in reason
    assert reason.endswith(".") and "\n" not in reason
    assert "555" not in reason.replace("(212) 555-1234", ""), "a reason may be logged, so it holds no number"


@pytest.mark.parametrize(("row", "text", "e164", "extension"), ACCEPTED, ids=ids(ACCEPTED))
def test_accepted_in_one_kept_form_with_its_extension_apart(row, text, e164, extension):
    found = phone.parse(text)
    assert (found.e164, found.extension) == (e164, extension)


@pytest.mark.parametrize(("row", "e164", "says"), NEVER_DIALLED, ids=ids(NEVER_DIALLED))
def test_never_dialled(row, e164, says):
    with pytest.raises(phone.BadNumber, match=says):
        phone.check_dialable(e164)


@pytest.mark.parametrize("text", WITHHELD, ids=[f"row21-{text!r}" for text in WITHHELD])
def test_a_withheld_number_is_known_as_such_and_shown_in_words(text):
    assert phone.is_withheld(text)
    assert phone.display(text or "") == "hidden number"


def test_row22_own_numbers_are_not_dialled_because_the_call_would_come_back():
    own = frozenset({"+12125550100", "+12125550101"})
    with pytest.raises(phone.BadNumber, match="own numbers"):
        phone.check_dialable("+12125550101", own_numbers=own)
    phone.check_dialable("+12125550102", own_numbers=own)


def test_row23_fictional_numbers_can_be_kept_and_dialled_so_that_demonstrations_work():
    phone.check_dialable("+12015550123")


def test_row24_one_number_written_in_two_ways_is_recognised_as_one():
    assert phone.parse("(212) 555-1234").e164 == phone.parse("+1 212.555.1234 x7").e164


def test_row07_toll_free_numbers_may_be_dialled_and_have_no_zone():
    phone.check_dialable("+18003569377")
    assert phone.possible_zones("+18003569377") == ()


def test_row09_a_country_is_dialled_once_it_is_allowed():
    phone.check_dialable("+18765551234", allowed_regions=frozenset({"US", "JM"}))

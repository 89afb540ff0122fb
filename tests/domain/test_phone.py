"""How numbers are kept, shown, searched and placed in time zones."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soi_dialer.domain import phone

NATIONAL = st.from_regex(r"(212|213|415|312|713|305)[2-9](0[2-9]|[2-9][2-9])[0-9]{4}", fullmatch=True)
SEPARATORS = st.sampled_from(["", " ", "-", ".", "\u2011", "\u00a0"])


@given(NATIONAL, SEPARATORS, SEPARATORS, st.sampled_from(["", "1", "+1", "1-", "+1 ", "tel:+1-"]))
def test_every_way_to_write_a_number_is_kept_the_same(national, first, second, prefix):
    written = f"{prefix}{national[:3]}{first}{national[3:6]}{second}{national[6:]}"
    assert phone.parse(written).e164 == f"+1{national}"


@given(NATIONAL)
def test_what_is_shown_can_be_typed_in_again(national):
    e164 = f"+1{national}"
    assert phone.parse(phone.display(e164)).e164 == e164
    assert phone.parse(e164).e164 == e164


@given(st.text(max_size=60) | st.text(alphabet="0123456789+-() .x,;*#E'\n", max_size=40))
def test_any_text_is_a_dialable_shape_or_a_sentence(text):
    try:
        found = phone.parse(text)
    except phone.BadNumber as refusal:
        assert refusal.reason.endswith(".")
    else:
        assert phonenumbers.is_valid_number(phonenumbers.parse(found.e164))
        assert found.extension == "" or found.extension.isdigit()


@given(st.text(max_size=40))
def test_only_existing_numbers_of_an_allowed_region_pass_for_dialling(text):
    try:
        phone.check_dialable(text)
    except phone.BadNumber:
        return
    assert phone.parse(text).region == "US"


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+12125551234", "(212) 555-1234"),
        ("+18003569377", "(800) 356-9377"),
        ("+18765551234", "+1 876-555-1234"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+1911", "+1911"),
        ("not a number", "not a number"),
        ("+266696687", "hidden number"),
    ],
)
def test_numbers_are_shown_as_people_write_them(e164, shown):
    assert phone.display(e164) == shown


@pytest.mark.parametrize(
    ("e164", "zones"),
    [
        ("+12125551234", ("America/New_York",)),
        ("+16055551234", ("America/Denver", "America/North_Dakota/Center")),
        ("+442079460958", ("Europe/London",)),
        ("+18005551234", ()),
        ("+15005550006", ()),
        ("+18765551234", ()),
        ("+448081570000", ()),  # toll-free in Britain
        ("+1911", ()),
        ("", ()),
    ],
)
def test_the_prefix_gives_every_possible_zone_or_none(e164, zones):
    assert phone.possible_zones(e164) == zones


@pytest.mark.parametrize("e164", ["+79161234567", "+61412345678"])
def test_mobile_numbers_of_wide_countries_keep_all_their_zones(e164):
    assert len(phone.possible_zones(e164)) > 5


@pytest.mark.parametrize(("e164", "logged"), [("+12125551234", "***1234"), ("+1911", "***"), ("", "***")])
def test_logs_see_four_digits_at_most(e164, logged):
    assert phone.masked(e164) == logged


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("(212) 555-1234", "12125551234"),
        ("2125551234", "12125551234"),
        ("tel:+12125551234", "12125551234"),
        ("212-555-1234 x9", "12125551234"),
        ("555-1234", "5551234"),
        ("1234", "1234"),
        ("(212) 555", "212555"),
        ("\uff12\uff11\uff12", "212"),
        ("12", ""),
        ("Jane", ""),
        ("Jane 1234", ""),
        ("%", ""),
        ("", ""),
        ("9" * 300, "9" * 15),
    ],
)
def test_any_part_of_a_number_finds_it(text, digits):
    assert phone.search_digits(text) == digits


@pytest.mark.parametrize("text", ["+12125551234", "2125551234", "Jane"])
def test_a_caller_who_shows_a_number_is_not_withheld(text):
    assert not phone.is_withheld(text)


def test_the_default_region_is_meant_where_no_country_is_given():
    assert phone.parse("020 7946 0958", default_region="GB").e164 == "+442079460958"


@pytest.mark.parametrize("e164", ["+12125551234", "+18003569377"])
def test_ordinary_and_toll_free_numbers_may_be_dialled(e164):
    phone.check_dialable(e164)

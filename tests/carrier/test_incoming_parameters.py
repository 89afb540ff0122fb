"""Who is calling or texting, as far as the carrier's parameters can be believed."""

from __future__ import annotations

import pytest

from soi_dialer.carrier import parameters
from soi_dialer.carrier.errors import BadRequest

A = "CA" + "a" * 32


def pairs(**values: str) -> list[tuple[str, str]]:
    return list(values.items())


def incoming(**values: str) -> parameters.IncomingCall:
    return parameters.incoming_call(pairs(**{"CallSid": A, "From": "+13105550142", "To": "+12125550123"} | values))


def test_an_incoming_call_names_both_numbers() -> None:
    call = incoming(CallerName="DOE JANE", StirVerstat="TN-Validation-Passed-A", ForwardedFrom="+12125550100")
    assert call == parameters.IncomingCall(
        A, "+13105550142", "+12125550123", "DOE JANE", "+12125550100", "TN-Validation-Passed-A", "+13105550142"
    )


@pytest.mark.parametrize(
    "caller",
    [
        "anonymous",
        "unknown",
        "restricted",
        "unavailable",
        "",
        "+266696687",
        "+7378742833",
        "+17378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "2125550100",
        "sip:jane@example.com",
        "client:jane",
        "+1 212 555 0100",
        "+12125550100\n",
        "+1212555010012345678",
    ],
)
def test_a_caller_who_cannot_be_called_back_has_no_number(caller: str) -> None:
    call = incoming(From=caller)
    assert call.caller is None
    assert call.caller_as_sent == caller.strip()


def test_a_call_without_a_caller_is_still_a_call() -> None:
    assert parameters.incoming_call(pairs(CallSid=A, To="+12125550123")).caller is None


def test_a_call_from_a_number_to_itself_keeps_both() -> None:
    call = incoming(From="+12125550123")
    assert call.caller == call.called


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("]]><Dial>", "]]><Dial>"),
        ("\u202eeoD enaJ", "eoD enaJ"),
        ("Jane\x00\x07\nDoe", "Jane Doe"),
        ("J" * 10_000, "J" * 200),
        ("\u200f \x01", None),
        ("'; DROP TABLE contact; --", "'; DROP TABLE contact; --"),
    ],
)
def test_a_caller_s_name_is_plain_text_on_one_line(name: str, kept: str | None) -> None:
    assert incoming(CallerName=name).caller_name == kept


def test_an_incoming_text_is_read() -> None:
    sid = "SM" + "d" * 32
    text = parameters.incoming_text(
        pairs(MessageSid=sid, From="+13105550142", To="+12125550123", Body="Call me\nplease", NumMedia="1")
    )
    assert text == parameters.IncomingText(sid, "+13105550142", "+12125550123", "Call me\nplease", 1)
    with pytest.raises(BadRequest):
        parameters.incoming_text(pairs(MessageSid=A, To="+12125550123"))

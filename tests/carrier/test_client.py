"""What the carrier is asked, and how its answers are understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from soi_dialer.carrier.client import Carrier
from soi_dialer.carrier.errors import Refused, Unsure
from soi_dialer.carrier.reports import CallReport, PlacedCall, RecordingReport
from soi_dialer.domain.facts import LegMoved, Recorded
from tests.carrier.conftest import PUBLIC_URL
from tests.carrier.stub import (
    AGENT,
    AGENT_SID,
    BASE,
    CALLS,
    CONTACT,
    CONTACT_SID,
    ENDED,
    MESSAGE_SID,
    ONE_CALL,
    OURS,
    RECORDING_SID,
    Stub,
    call,
    error,
    page,
    recording,
)

REF = "0123456789abcdef" * 2


def test_the_agent_is_rung_with_our_reference_in_every_address(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", CALLS, call(), status=201)
    assert carrier.ring_agent(ref=REF, to=AGENT, from_=OURS) == PlacedCall(AGENT_SID, "queued")
    form = stub.seen[0].form
    assert ("Url", f"{PUBLIC_URL}/webhooks/voice/{REF}/screen") in form
    assert ("StatusCallback", f"{PUBLIC_URL}/webhooks/voice/{REF}/agent-status") in form
    assert [value for name, value in form if name == "StatusCallbackEvent"] == [
        "initiated",
        "ringing",
        "answered",
        "completed",
    ]
    assert dict(form)["Timeout"] == "20"
    assert dict(form)["TimeLimit"] == "14400"
    assert not {"Record", "MachineDetection", "Twiml"} & set(dict(form))


@pytest.mark.parametrize("ref", ["", "x", REF.upper(), REF + "/..", "../" + REF])
def test_a_reference_that_is_none_is_our_own_mistake(stub: Stub, carrier: Carrier, ref: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        carrier.ring_agent(ref=ref, to=AGENT, from_=OURS)
    assert stub.seen == []


def test_a_call_is_reported_in_our_words(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", ONE_CALL, ENDED)
    report = carrier.fetch_call(CONTACT_SID)
    assert report == CallReport(
        sid=CONTACT_SID,
        parent_sid=AGENT_SID,
        status="completed",
        seconds=540,
        started_at=datetime(2026, 11, 22, 13, 0, 5, tzinfo=UTC),
        ended_at=datetime(2026, 11, 22, 13, 9, 5, tzinfo=UTC),
        created_at=datetime(2026, 11, 22, 13, 0, tzinfo=UTC),
        answered_by="machine",
        to=CONTACT,
        from_=OURS,
        direction="outbound-dial",
    )
    assert report.as_fact("contact") == LegMoved(
        leg="contact",
        sid=CONTACT_SID,
        status="completed",
        parent_sid=AGENT_SID,
        seconds=540,
        at=report.ended_at,
        answered_by="machine",
        fetched=True,
    )


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("queued", "queued"),
        ("ringing", "ringing"),
        ("in-progress", "answered"),
        ("no-answer", "no_answer"),
        ("canceled", "canceled"),
        (None, "unknown"),
    ],
)
def test_a_call_under_way_has_no_length_yet(stub: Stub, carrier: Carrier, theirs: str | None, ours: str) -> None:
    stub.on("GET", ONE_CALL, call(status=theirs))
    report = carrier.fetch_call(AGENT_SID)
    assert (report.status, report.seconds, report.started_at) == (ours, None, None)
    assert report.as_fact("agent").seconds is None


@pytest.mark.parametrize("code", [21220, 20404])
def test_hanging_up_a_call_that_is_over_is_nothing(stub: Stub, carrier: Carrier, code: int) -> None:
    stub.on("POST", ONE_CALL, error(404 if code == 20404 else 400, code))
    assert carrier.hang_up(AGENT_SID) is None


def test_hanging_up_reports_the_call(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", ONE_CALL, call(status="completed", duration="3"))
    assert carrier.hang_up(AGENT_SID).status == "completed"
    assert stub.seen[0].form == [("Status", "completed")]


def test_hanging_up_may_be_refused_or_unsure(stub: Stub, carrier: Carrier) -> None:
    stub.on("POST", ONE_CALL, error(401, 20003), error(500, None))
    with pytest.raises(Refused):
        carrier.hang_up(AGENT_SID)
    with pytest.raises(Unsure):
        carrier.hang_up(AGENT_SID)


@pytest.mark.parametrize("sid", ["", "CA1", "../../Messages", AGENT_SID + "/x", RECORDING_SID])
def test_an_identifier_that_is_none_never_gets_into_an_address(stub: Stub, carrier: Carrier, sid: str) -> None:
    assert carrier.hang_up(sid) is None
    for ask in (carrier.fetch_call, carrier.list_children, carrier.list_recordings):
        with pytest.raises(Refused):
            ask(sid)
    assert stub.seen == []


def test_the_dialled_legs_are_listed(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", CALLS, page("calls", ENDED))
    assert [child.sid for child in carrier.list_children(AGENT_SID)] == [CONTACT_SID]
    assert ("ParentCallSid", AGENT_SID) in stub.seen[0].query


def test_a_lost_call_is_found_among_the_started_and_the_queued(stub: Stub, carrier: Carrier) -> None:
    started = call(sid="CA" + "1" * 32, status="in-progress", start_time="Sun, 22 Nov 2026 13:00:05 +0000")
    queued = call(sid="CA" + "2" * 32)
    stub.on("GET", CALLS, page("calls", started), page("calls", queued, started))
    since = datetime(2026, 11, 22, 12, 59, 30, tzinfo=UTC)
    found = carrier.list_calls(to=AGENT, from_=OURS, since=since)
    assert [report.sid for report in found] == [started["sid"], queued["sid"]]
    first, second = (dict(seen.query) for seen in stub.seen)
    assert (first["To"], first["From"], first["PageSize"]) == (AGENT, OURS, "1000")
    assert first["StartTime>"] == "2026-11-22T00:00:00Z"
    assert second["Status"] == "queued" and "StartTime>" not in second


def test_earlier_calls_of_the_same_day_are_left_out_but_clocks_may_differ(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", CALLS, page("calls", call(date_created="Sun, 22 Nov 2026 13:00:00 +0000")))
    at = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    for minutes, count in ((0, 1), (5, 1), (6, 0)):
        found = carrier.list_calls(to=AGENT, from_=OURS, since=at + timedelta(minutes=minutes))
        assert len(found) == count


def test_the_day_asked_for_is_the_one_in_utc(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", CALLS, page("calls"))
    evening_in_los_angeles = datetime(2026, 11, 21, 17, 0, tzinfo=timezone(timedelta(hours=-8)))
    carrier.list_calls(to=AGENT, from_=OURS, since=evening_in_los_angeles)
    assert dict(stub.seen[0].query)["StartTime>"] == "2026-11-22T00:00:00Z"


def test_a_list_is_followed_to_its_last_page(stub: Stub, carrier: Carrier) -> None:
    after = f"{BASE}/Calls.json?PageToken=PT1&Page=1"
    stub.on("GET", CALLS, page("calls", call(), next_page_uri=after), page("calls", ENDED))
    assert [child.sid for child in carrier.list_children(AGENT_SID)] == [AGENT_SID, CONTACT_SID]
    assert ("PageToken", "PT1") in stub.seen[1].query


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("completed", "completed"), ("in-progress", "in_progress"), ("processing", "in_progress"), ("absent", "absent")],
)
def test_recordings_are_listed_as_facts(stub: Stub, carrier: Carrier, theirs: str, ours: str) -> None:
    stub.on("GET", BASE + r"/Recordings\.json", page("recordings", recording(status=theirs)))
    [report] = carrier.list_recordings(AGENT_SID)
    assert report == RecordingReport(RECORDING_SID, AGENT_SID, ours, 12, datetime(2026, 11, 22, 13, 0, tzinfo=UTC))
    assert report.as_fact() == Recorded(AGENT_SID, RECORDING_SID, ours, 12, fetched=True)


@pytest.mark.parametrize(
    ("transcriptions", "text"),
    [
        ([], None),
        ([{"sid": "TR1", "status": "in-progress", "transcription_text": ""}], None),
        ([{"sid": "TR1", "status": "failed", "transcription_text": "?"}], None),
        ([{"sid": "TR1", "status": "completed", "transcription_text": " Call\x00 me "}], "Call me"),
    ],
)
def test_a_transcript_is_fetched_when_there_is_one(
    stub: Stub, carrier: Carrier, transcriptions: list[dict[str, str]], text: str | None
) -> None:
    stub.on("GET", BASE + r"/Recordings/\w+/Transcriptions\.json", page("transcriptions", *transcriptions))
    assert carrier.fetch_transcript(RECORDING_SID) == text


def test_all_that_the_account_did_is_listed_in_one_page_and_older_calls_are_left_out(
    stub: Stub, carrier: Carrier
) -> None:
    old = call(sid="CA" + "3" * 32, date_created="Sun, 22 Nov 2026 12:00:00 +0000")
    stub.on("GET", CALLS, page("calls", ENDED, old))
    found = carrier.list_calls_since(datetime(2026, 11, 22, 12, 30, tzinfo=UTC))
    assert [report.sid for report in found] == [CONTACT_SID]
    assert found[0].is_over and found[0].caller == OURS
    asked = dict(stub.seen[0].query)
    assert (asked["StartTime>"], asked["PageSize"]) == ("2026-11-22T12:30:00Z", "1000")
    assert len(stub.seen) == 1


def test_no_further_page_is_asked_for_once_one_ends_long_before(stub: Stub, carrier: Carrier) -> None:
    following = f"{BASE}/Calls.json?PageToken=PT1&Page=1"
    old = call(sid="CA" + "3" * 32, date_created="Sun, 22 Nov 2026 01:00:00 +0000")
    stub.on("GET", CALLS, page("calls", ENDED, next_page_uri=following), page("calls", old, next_page_uri=following))
    carrier.list_calls_since(datetime(2026, 11, 22, 12, 30, tzinfo=UTC))
    assert len(stub.seen) == 2


def test_all_texts_since_then_are_listed_either_way(stub: Stub, carrier: Carrier) -> None:
    kept = {"sid": MESSAGE_SID, "from": CONTACT, "to": OURS, "body": " Can we talk?\x00 ", "direction": "inbound"}
    kept |= {"date_created": "Sun, 22 Nov 2026 13:05:00 +0000"}
    reply = kept | {"sid": "SM" + "9" * 32, "direction": "outbound-reply"}
    stub.on("GET", BASE + r"/Messages\.json", page("messages", reply, kept))
    answer, text = carrier.list_texts_since(datetime(2026, 11, 22, 13, 0, tzinfo=UTC))
    assert (text.sid, text.sender, text.called, text.body) == (MESSAGE_SID, CONTACT, OURS, "Can we talk?")
    assert (text.is_incoming, answer.is_incoming) == (True, False)
    assert text.created_at == datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
    assert dict(stub.seen[0].query)["DateSent>"] == "2026-11-22T13:00:00Z"


def test_all_recordings_since_then_are_listed(stub: Stub, carrier: Carrier) -> None:
    stub.on("GET", BASE + r"/Recordings\.json", page("recordings", recording()))
    [report] = carrier.list_recordings_since(datetime(2026, 11, 22, 13, 0, tzinfo=UTC))
    assert (report.sid, report.call_sid) == (RECORDING_SID, AGENT_SID)
    assert dict(stub.seen[0].query)["DateCreated>"] == "2026-11-22T13:00:00Z"

"""The plan, the team and the files of the hand-made week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from soi_dialer.flows.errors import BadValue, NotFound
from soi_dialer.flows.plan import change_plan, read_plan, standing
from soi_dialer.flows.report_files import as_csv, span_csv, span_json
from soi_dialer.flows.report_span import report_span
from soi_dialer.flows.report_team import report_team
from soi_dialer.store import agents
from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import fact
from tests.report.paper import FRIDAY, W47, add_call, add_person


def test_the_plan_of_that_week_on_paper(week):
    report = report_span(week.dialer, week.people.owner, W47)
    # 120,000 / 2,000 x 1.8 x 33 / 48 / 5 = 14.85 conversations of 7.5 minutes, on the five days up to Friday
    assert (report.working_days, report.planned_conversations) == (5, 75)
    assert report.planned_talk_seconds == 5 * 6682
    assert standing(week.dialer, week.people.owner) == {
        "conversations": 5,
        "talk_seconds": 4499,
        "planned_conversations": 75,
        "planned_talk_seconds": 33412,  # 74.25 x 450 = 33,412.5, to even
        "conversations_by_tonight": 75,
        "is_own": False,
    }


def test_a_plan_takes_over_what_the_agent_measured_and_pinned(office):
    owner = office.people.owner
    person = add_person(office, owner, "customer")
    days = [
        date(2026, 9, 21) + timedelta(days=number) for number in range(0, 63, 7)
    ]  # nine Mondays, the last eight measured
    for on in days:
        add_call(office, owner, f"{on}T15:00", talk=600, contact_id=person)
    facts = [("application", 4), ("closing", 2)]
    with office.db.write() as conn:
        for kind, count in facts:
            for number in range(count):
                values = {
                    "kind": kind,
                    "text": kind,
                    "created_at": FRIDAY,
                    "about_on": days[number + 1],
                    "contact_id": person,
                }
                conn.execute(fact.insert().values(office_id=owner.office_id, agent_id=owner.agent_id, **values))
        values = {"kind": "closing", "text": "long ago", "created_at": FRIDAY, "about_on": date(2026, 1, 5)}
        conn.execute(
            fact.insert().values(office_id=owner.office_id, agent_id=owner.agent_id, contact_id=person, **values)
        )
    plan = read_plan(office.dialer, owner).plan
    assert plan.value("conversations_per_application") == 8 / 4
    assert plan.value("applications_per_closing") == 4 / 2  # the closing of January is older than the calls
    assert plan.value("minutes_per_conversation") == 10
    assert plan.known["applications_per_closing"].says == "yours, measured over 8 weeks"
    change_plan(office.dialer, owner, {"income_goal": "50,000", "conversations_per_application": "5"})
    plan = read_plan(office.dialer, owner).plan
    assert (plan.value("income_goal"), plan.value("conversations_per_application")) == (50_000, 5)
    assert plan.value("minutes_per_conversation") == 10
    assert read_plan(office.dialer, office.people.teammate).pinned == {}
    with pytest.raises(BadValue) as refused:
        change_plan(office.dialer, owner, {"income_goal": "lots"})
    assert refused.value.field == "income_goal"
    assert read_plan(office.dialer, owner).pinned == {"income_goal": 50_000, "conversations_per_application": 5}
    change_plan(office.dialer, owner, {})
    assert read_plan(office.dialer, owner).pinned == {}


def test_a_member_sees_themselves_and_the_sum_and_a_lead_sees_everybody(week):
    people = week.people
    add_call(week, people.teammate, "2026-11-17T15:00", talk=100)
    add_call(week, people.stranger, "2026-11-17T15:00", talk=5000)
    mine = report_team(week.dialer, people.owner, W47)
    assert [member.name for member in mine.members] == ["Owner"]
    assert (mine.is_lead, mine.medians, mine.size) == (False, {}, 2)
    assert (mine.sums["talk_seconds"], mine.sums["returned"]) == (4599, 2)
    with week.db.write() as conn:
        agents.update(conn, people.teammate.agent_id, role="lead")
    led = report_team(week.dialer, people.teammate, W47, sort="talk_seconds")
    assert [(member.name, member.talk_seconds) for member in led.members] == [("Owner", 4499), ("Teammate", 100)]
    assert led.medians["talk_seconds"] == round((4499 + 100) / 2)
    assert led.sums == mine.sums
    alone = report_team(week.dialer, people.stranger, W47)
    assert ([member.name for member in alone.members], alone.sums["talk_seconds"]) == (["Stranger"], 5000)
    with pytest.raises(NotFound):
        report_team(week.dialer, Scope(people.stranger.office_id, people.owner.agent_id), W47)


def test_the_files_say_what_the_page_says(week):
    report = report_span(week.dialer, week.people.owner, W47)
    first, lines = report.days[0], span_csv(report).splitlines()
    assert lines[0].startswith("date,calls,conversations,long_conversations,talk_seconds")
    assert lines[1] == f"2026-11-16,4,2,1,899,0,0,{first.ring_seconds},{first.whisper_seconds},20,1"
    assert len(lines) == 8
    told = span_json(report)
    assert (told["span"], told["starts_on"], told["ends_on"]) == ("2026-W47", "2026-11-16", "2026-11-22")
    assert told["total"]["talk_seconds"] == sum(day["talk_seconds"] for day in told["days"]) == 4499
    assert told["messages"]["promises"] == {"due": 3, "kept": 1, "percent_kept": 33}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_of_a_file_is_a_formula(name):
    assert as_csv(("name",), [(name,)]).splitlines()[1].strip('"').startswith("'")

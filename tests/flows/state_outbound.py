"""Steps of the state machine: a call that the agent started, from the click to the keys after it."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from soi_dialer.flows.answer_agent import CLAIM_WITHIN
from soi_dialer.flows.errors import NotAllowed
from soi_dialer.flows.place_call import place_call
from tests.fakes import REFUSED, UNSURE
from tests.flows.state_model import Line
from tests.flows.state_steps import Steps, agents, fates, known, some
from tests.flows.state_town import hear

STAGES = ("ringing", "screening", "bridged", "wrapping")
UNANSWERED = {"busy": "busy", "no_answer": "no-answer"}


class CallsOut(Steps):
    """What becomes of clicks."""

    @rule(agent=agents, person=known, answer=st.sampled_from(("yes", "yes", "no", "yes?", "no?")))
    def click(self, agent: int, person: str, answer: str) -> None:
        """The carrier takes it on or not, and says so or does not answer."""
        town = self.town
        town.wait(seconds=1)
        may = not town.is_live(agent) and person not in town.blocked
        town.carrier.next_errors = {"no": [REFUSED], "yes?": [UNSURE], "no?": [UNSURE]}.get(answer, [])
        try:
            row = place_call(town.dialer, town.scopes[agent], contact_id=town.contacts[agent, person])
        except NotAllowed:
            town.carrier.next_errors.clear()
            assert not may
            return
        assert may
        line = Line("outbound", agent, person, town.world.now, "ringing", ref=row["ref"])
        town.lines.append(line)
        if answer in ("yes", "yes?"):
            line.sid = row["agent_sid"] or town.carrier.next_sid()
            return town.book(line)
        line.stage = "nothing"
        town.model.learn(line, lambda: setattr(line, "is_refused", answer == "no"))

    @precondition(lambda self: self.at(*STAGES, direction="outbound"))
    @rule(
        index=some,
        goes_on=st.sampled_from((True, True, True, False)),
        reached=st.sampled_from(("human", "human", "machine", "busy", "no_answer")),
        stays=st.booleans(),
        key=st.sampled_from("123"),
        told=st.tuples(st.booleans(), fates, fates, fates),
    )
    def a_call_goes_on(self, index: int, goes_on: bool, reached: str, stays: bool, key: str, told: tuple) -> None:
        """One rule for all stages: Hypothesis leaves rules out at random, and a call needs every one of them."""
        line = self.pick(index, *STAGES, direction="outbound")
        if line.stage == "ringing":
            self.agents_phone_rang(line, goes_on, told[-1])
        elif line.stage == "screening":
            self.agent_presses_1_or_hangs_up(line, goes_on, told[-1])
        elif line.stage == "bridged":
            self.bridge_ends(line, reached, stays, told)
        else:
            self.wrap_up(line, key, told[-1])

    def agents_phone_rang(self, line: Line, picks_up: bool, fate: str) -> None:
        town = self.town
        if not picks_up:
            return self.agent_is_gone(line, "no_answer", fate)
        town.note(line.sid, "answered")
        line.stage = "screening"
        town.ask(town.step(line, "screen"), {"CallSid": line.sid, "CallStatus": "in-progress"})

    def agent_presses_1_or_hangs_up(self, line: Line, presses: bool, fate: str) -> None:
        """The contact is rung if the hour, the person and the call allow it, and not otherwise."""
        town = self.town
        if not presses:
            return self.agent_is_gone(line, "completed", fate)
        in_time = town.world.now - line.at <= CLAIM_WITHIN and line.outcome is None
        town.pressed += 1
        document = town.ask(town.step(line, "screen-key"), {"CallSid": line.sid, "Digits": "1"})
        assert ("<Dial" in document) == (in_time and line.person not in town.blocked)
        if "<Dial" in document:
            town.dialled.append(line.ref)
            line.is_claimed, line.stage = True, "bridged"
            return town.book_other(line, line.person)
        line.is_called_off = in_time
        self.agent_is_gone(line, "completed", fate)

    def bridge_ends(self, line: Line, reached: str, stays: bool, told: tuple) -> None:
        town = self.town
        status = UNANSWERED.get(reached, "completed")
        line.true.contact = reached if reached in UNANSWERED else "completed"
        line.true.by_machine = reached == "machine"
        is_asked, machine, contact, agent = told
        answered_by = {"answered_by": reached} if status == "completed" else {}
        town.note(line.other, line.true.contact, **answered_by)
        if answered_by:
            said = {"CallSid": line.other, "AnsweredBy": {"human": "human", "machine": "machine_end_beep"}[reached]}
            town.tell(machine, town.step(line, "machine"), said, line, hear(line, "by_machine"))
        over = {"CallSid": line.other, "ParentCallSid": line.sid, "CallStatus": status, "SequenceNumber": "3"}
        town.tell(contact, town.step(line, "contact-status"), over | seconds(status), line, hear(line, "contact"))
        line.stage = "wrapping"
        stays = stays and is_asked
        if is_asked:
            self.bridge_is_told(line, status, stays)
        if not stays:
            self.agent_is_gone(line, "completed", agent)

    def bridge_is_told(self, line: Line, status: str, stays: bool) -> None:
        about = {"CallSid": line.sid, "DialCallSid": line.other, "DialCallStatus": status}
        about |= {"CallStatus": "in-progress" if stays else "completed"}
        if not stays:
            line.true.agent_is_over = True
        about |= {"DialCallDuration": "30"} if status == "completed" else {}
        self.town.ask(self.town.step(line, "bridge-ended"), about)
        known = hear(line, "contact") if stays else hear(line, "contact", "agent_is_over")
        self.town.model.learn(line, known)

    def wrap_up(self, line: Line, key: str, fate: str) -> None:
        """1 we talked, 2 a message was left, 3 remind me tomorrow."""
        town = self.town
        town.ask(town.step(line, "wrap-up-key"), {"CallSid": line.sid, "Digits": key})
        if key == "3":
            town.model.owe(line.agent, line.person, town.world.now, "requested", line)
        elif line.measured in ("connected", "machine"):
            word = {"1": "connected", "2": "left_voicemail"}[key]
            town.model.learn(line, lambda: setattr(line, "said", word))
        self.agent_is_gone(line, "completed", fate)

    def agent_is_gone(self, line: Line, status: str, fate: str) -> None:
        """The agent's leg of an outbound call is over, and the call with it."""
        line.true.agent_is_over, line.stage = True, "over"
        self.town.note(line.sid, status)
        word = status.replace("_", "-")
        about = {"CallSid": line.sid, "CallStatus": word, "SequenceNumber": "3"} | seconds(word)
        self.town.tell(fate, self.town.step(line, "agent-status"), about, line, hear(line, "agent_is_over"))


def seconds(status: str) -> dict[str, str]:
    return {"CallDuration": "30"} if status == "completed" else {}

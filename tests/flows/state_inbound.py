"""Steps of the state machine: somebody calls or texts, is answered or not, and leaves a message or none."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.flows.state_model import Line
from tests.flows.state_steps import Steps, agents, fates, people, some
from tests.flows.state_town import NUMBERS, hear

STAGES = ("ringing", "talking", "greeting")


class CallsIn(Steps):
    """What becomes of people who call."""

    @rule(agent=agents, person=people)
    def somebody_calls(self, agent: int, person: str | None) -> None:
        town = self.town
        town.wait(seconds=1)
        line = Line("inbound", agent, person, town.world.now, "ringing", sid=town.carrier.next_sid())
        is_free = not town.is_live(agent)
        town.book(line)
        about = {"CallSid": line.sid, "From": person or "anonymous", "To": NUMBERS[agent], "CallStatus": "ringing"}
        document = town.ask("/webhooks/voice/inbound", about)
        assert ("<Dial" in document, "<Record" in document) == (is_free, not is_free)
        line.ref = town.world.inbound(line.sid)["ref"]
        town.lines.append(line)
        if is_free:
            return town.book_other(line, town.phone(line))
        line.stage = "greeting"

    @precondition(lambda self: self.at(*STAGES, direction="inbound"))
    @rule(
        index=some,
        what=st.sampled_from(("taken", "not taken", "not taken", "declined", "given up")),
        text=st.sampled_from((None, "", "Please call me.")),
        told=st.tuples(st.booleans(), fates, fates, fates),
    )
    def a_call_in_goes_on(self, index: int, what: str, text: str | None, told: tuple) -> None:
        line = self.pick(index, *STAGES, direction="inbound")
        if line.stage == "ringing":
            self.agents_phone_rang_for_them(line, what, told[-1])
        elif line.stage == "talking":
            self.talk_ends(line, told[0], told[1], told[-1])
        else:
            self.caller_speaks_or_not(line, text, told)

    def agents_phone_rang_for_them(self, line: Line, what: str, fate: str) -> None:
        town = self.town
        if what == "given up":
            town.note(line.other, "canceled")
            return self.caller_is_gone(line, fate)
        if what != "not taken":
            town.note(line.other, "answered")
            about = {"CallSid": line.other, "ParentCallSid": line.sid, "CallStatus": "in-progress"}
            town.ask(town.step(line, "whisper"), about)
            key = "1" if what == "taken" else "2"
            document = town.ask(town.step(line, "whisper-key"), {"CallSid": line.other, "Digits": key})
            assert ("<Hangup" in document) == (what == "declined")
        if what == "taken":
            line.is_claimed, line.stage = True, "talking"
            return
        status = "completed" if what == "declined" else "no-answer"
        town.note(line.other, status.replace("-", "_"))
        about = {"CallSid": line.sid, "DialCallSid": line.other, "DialCallStatus": status, "CallStatus": "in-progress"}
        assert "<Record" in town.ask(town.step(line, "ring-ended"), about)
        line.stage = "greeting"

    def talk_ends(self, line: Line, is_asked: bool, agent: str, caller: str) -> None:
        town = self.town
        line.true.agent_is_over = True
        town.note(line.other, "completed")
        known = hear(line, "agent_is_over")
        if is_asked:
            about = {"CallSid": line.sid, "DialCallSid": line.other, "DialCallStatus": "completed"}
            town.ask(town.step(line, "ring-ended"), about | {"DialCallDuration": "30", "CallStatus": "completed"})
            town.model.learn(line, known)
        over = {"CallSid": line.other, "ParentCallSid": line.sid, "CallStatus": "completed", "CallDuration": "30"}
        town.tell(agent, town.step(line, "agent-status"), over, line, known)
        self.caller_is_gone(line, caller)

    def caller_speaks_or_not(self, line: Line, text: str | None, told: tuple) -> None:
        town = self.town
        is_asked, recording, transcript, caller = told
        if text is None:
            return self.caller_is_gone(line, caller)
        town.record(line, text)
        line.true.has_message = True
        about = {"CallSid": line.sid, "RecordingSid": line.recording}
        length, known = {"RecordingDuration": "12"}, hear(line, "has_message")
        if is_asked:
            url = {"RecordingUrl": f"https://api.example/{line.recording}", "Digits": "hangup"}
            town.ask(town.step(line, "message-recorded"), about | length | url)
            town.model.learn(line, known)
        done = about | length | {"RecordingStatus": "completed"}
        town.tell(recording, town.step(line, "recording"), done, line, known)
        if text:
            words = about | {"TranscriptionStatus": "completed", "TranscriptionText": text}
            town.tell(transcript, town.step(line, "transcription"), words, line, lambda: None)
        self.caller_is_gone(line, caller)

    def caller_is_gone(self, line: Line, fate: str) -> None:
        line.true.caller_is_over, line.stage = True, "over"
        self.town.note(line.sid, "completed")
        over = {"CallSid": line.sid, "CallStatus": "completed", "CallDuration": "40"}
        self.town.tell(fate, "/webhooks/voice/inbound/status", over, line, hear(line, "caller_is_over"))

    @rule(agent=agents, person=people, what=st.sampled_from(("a text", None, "", "Please call me.")))
    def somebody_texts_or_calls_while_nobody_listens(self, agent: int, person: str | None, what: str | None) -> None:
        """The number's fallback answers; nothing is ever told of that, and a sweep has to find it."""
        town = self.town
        town.wait(seconds=1)
        if what == "a text" and person is not None:
            return self.text_comes(agent, person)
        line = Line("inbound", agent, person, town.world.now, "over", sid=town.carrier.next_sid())
        town.book(line)
        town.note(line.sid, "completed")
        line.true.caller_is_over, line.true.has_message = True, what is not None
        if what is not None:
            town.record(line, what)
        town.lines.append(line)

    def text_comes(self, agent: int, person: str) -> None:
        town = self.town
        text = {"MessageSid": town.carrier.next_sid("SM"), "From": person, "To": NUMBERS[agent], "Body": "Call me?"}
        town.ask("/webhooks/sms/inbound", text)
        town.model.owe(agent, person, town.world.now, "arrived")

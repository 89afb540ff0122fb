"""What the people in a history do: the agent picks up or not, the contact talks or not, callers leave messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from soi_dialer.carrier.reports import RecordingReport
from soi_dialer.domain.facts import BridgeEnded, KeyPressed, LegMoved, MachineDetected, Recorded
from soi_dialer.flows import answer_agent, phone_reminder, take_call, wrap_up
from tests.simulation.faults import Crash
from tests.simulation.phone_company import Leg, PhoneCompany

UNANSWERED = ("busy", "no_answer", "failed")


class Lives:
    """Plays both ends of every call against the app's flows, as the carrier's dialogue would."""

    def __init__(self, company: PhoneCompany, dialer) -> None:
        self.company, self.dialer = company, dialer
        self.chance = company.faults.chance
        self.presses_of_one = 0
        self.bridges: list[tuple[str, datetime]] = []  # our reference, and when the app's clock said it was
        company.ring = self.agent_phone_rings

    def ask(self, flow: Callable, *arguments: object, **more: object) -> object:
        """One request of the live dialogue; a receiver that dies ends the call, as the carrier does."""
        try:
            return flow(self.dialer, *arguments, **more)
        except Crash:
            return None

    # A call that the agent started

    def agent_phone_rings(self, leg: Leg) -> None:
        self.company.after(0.5, lambda: self.company.move(leg, "initiated"))
        self.company.after(1, lambda: self.company.move(leg, "ringing"))
        if self.chance.random() < 0.15:
            self.company.after(15, lambda: self.company.move(leg, self.chance.choice(UNANSWERED)))
        else:
            self.company.after(self.chance.uniform(2, 9), lambda: self.agent_answers(leg))

    def agent_answers(self, leg: Leg) -> None:
        if leg.ended_at:
            return
        self.company.move(leg, "answered")
        answer = phone_reminder.answer_reminder if leg.step == phone_reminder.STEP else answer_agent.answer_agent
        self.agent_hears(leg, self.ask(answer, leg.ref, LegMoved("agent", leg.sid, "answered")))

    def agent_hears(self, leg: Leg, reply: object) -> None:
        """Asked for a key they press one or hang up; with a contact to talk to they stay."""
        if isinstance(reply, answer_agent.Bridge):
            self.bridges.append((leg.ref, self.dialer.clock()))
            self.contact_phone_rings(leg, reply)
        elif isinstance(reply, (answer_agent.AskKey, phone_reminder.AskReminder)) and self.chance.random() < 0.85:
            keys = "1112345" if leg.step == phone_reminder.STEP else "1111112"
            self.company.after(5, lambda: self.agent_presses(leg, self.chance.choice(keys)))
        else:
            self.company.after(5, lambda: self.company.move(leg, "completed"))

    def agent_presses(self, leg: Leg, key: str) -> None:
        """The carrier may ask twice for the same key."""
        if leg.ended_at:
            return
        self.presses_of_one += key == "1"
        is_reminder = leg.step == phone_reminder.STEP
        flow = phone_reminder.press_reminder_key if is_reminder else answer_agent.press_key
        fact = KeyPressed(leg.sid, leg.step, key)
        replies = [self.ask(flow, leg.ref, fact) for _ in range(self.chance.choice((1, 1, 2)))]
        self.agent_hears(leg, replies[-1])

    def contact_phone_rings(self, agent: Leg, bridge: answer_agent.Bridge) -> None:
        contact = self.company.new_leg("contact", agent.ref, bridge.number, bridge.caller_id, agent.sid)
        self.company.move(contact, "initiated")
        if self.chance.random() < 0.35:
            self.company.after(20, lambda: self.bridge_over(agent, contact, self.chance.choice(UNANSWERED)))
            return
        who = self.chance.choice(("human", "human", "machine", "unknown"))
        self.company.after(4, lambda: self.contact_answers(contact, who))
        self.company.after(4 + self.chance.randint(1, 1200), lambda: self.bridge_over(agent, contact, "completed"))

    def contact_answers(self, contact: Leg, who: str) -> None:
        if contact.ended_at:
            return
        self.company.move(contact, "answered")
        contact.answered_by = who
        self.company.tell(contact.ref, MachineDetected(contact.sid, who))

    def bridge_over(self, agent: Leg, contact: Leg, status: str) -> None:
        if contact.ended_at:
            return
        self.company.move(contact, status)
        stays = self.chance.random() < 0.6 and not agent.ended_at
        fact = BridgeEnded(agent.sid, status, contact.sid, contact.seconds, first_leg_is_over=not stays)
        if not stays:
            self.company.move(agent, "completed")
        reply = self.ask(wrap_up.end_bridge, agent.ref, fact)
        if stays and isinstance(reply, answer_agent.AskKey):
            key = KeyPressed(agent.sid, "wrap_up", self.chance.choice("123"))
            self.ask(wrap_up.press_wrap_up, agent.ref, key)
        self.company.after(3, lambda: self.company.move(agent, "completed"))

    # A call that a contact started

    def contact_calls(self, caller: str | None, called: str) -> None:
        leg = self.company.new_leg("contact", "", called, caller or "anonymous")
        leg.answered_at, leg.status = self.company.now, "answered"
        self._follow(leg, self.ask(take_call.take_call, sid=leg.sid, caller=caller, called=called))

    def _follow(self, leg: Leg, reply: object) -> None:
        match reply:
            case take_call.RingAgent(ref, number, caller_id):
                leg.ref = ref
                agent = self.company.new_leg("agent", ref, number, caller_id, leg.sid)
                self.company.move(agent, "initiated")
                self.company.after(6, lambda: self.agent_is_whispered_to(leg, agent))
            case take_call.TakeMessage(ref, _):
                leg.ref = ref
                self.company.after(self.chance.randint(3, 60), lambda: self.caller_has_spoken(leg))
            case None if not leg.ref:  # we are down: the number's fallback takes a message
                self.company.after(self.chance.randint(3, 60), lambda: self.caller_has_spoken(leg))
            case _:
                self.company.after(1, lambda: self.company.move(leg, "completed"))

    def agent_is_whispered_to(self, leg: Leg, agent: Leg) -> None:
        if self.chance.random() < 0.4:
            self.company.move(agent, self.chance.choice(UNANSWERED))
            self.ringing_over(leg, agent)
            return
        self.company.move(agent, "answered")
        reply = self.ask(take_call.whisper, leg.ref, LegMoved("agent", agent.sid, "answered", leg.sid))
        taken = None
        if isinstance(reply, answer_agent.AskKey) and self.chance.random() < 0.7:
            taken = self.ask(take_call.press_whisper_key, leg.ref, KeyPressed(agent.sid, "whisper", "1"))
        lasts = self.chance.randint(10, 900) if isinstance(taken, take_call.Join) else 4
        self.company.after(lasts, lambda: self.ringing_over(leg, agent))

    def ringing_over(self, leg: Leg, agent: Leg) -> None:
        self.company.move(agent, "completed")
        fact = BridgeEnded(leg.sid, agent.status, agent.sid, agent.seconds)
        reply = self.ask(take_call.end_ringing, leg.ref, fact)
        self._follow(leg, reply)

    def caller_has_spoken(self, leg: Leg) -> None:
        """A message, or a hang-up at the beep."""
        if self.chance.random() < 0.7:
            sid = f"RE{self.chance.getrandbits(128):032x}"
            seconds = self.chance.randint(1, 100)
            self.company.recordings[sid] = RecordingReport(sid, leg.sid, "completed", seconds, self.company.now)
            fact = Recorded(leg.sid, sid, "completed", seconds)
            if self.chance.random() < 0.8:
                self.ask(take_call.message_recorded, leg.ref, fact)
            self.company.tell(leg.ref, fact)
        self.company.move(leg, "completed")

"""Text messages, both ways, and the words that stop them. Twilio: Messages, incoming message webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from soi_dialer.simulator import clock
from soi_dialer.simulator.records import Message, Number, new_sid
from soi_dialer.simulator.reports import API_VERSION

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP", "YES"})


def new(company: Company, sender: str, to: str, body: str, direction: str, status: str) -> Message:
    """Keep a text message."""
    message = Message(new_sid("SM"), to, sender, body, direction, status, clock.now())
    with company.changed:
        company.messages[message.sid] = message
    company.touch()
    return message


def deliver(company: Company, message: Message, callback: str = "") -> None:
    """Show a text on the handset it is for, and report each station to `callback`."""
    company.handset(message.to).texts.append({"from": message.from_, "to": message.to, "body": message.body})
    for status in ("queued", "sent", "delivered"):
        message.status = status
        if callback:
            params = _params(company, message) | {"MessageStatus": status, "SmsStatus": status}
            del params["Body"]
            company.courier.report("sms-status", message.sid, message.sid, callback, "POST", params)
    company.touch()


def _params(company: Company, message: Message) -> dict[str, str]:
    return {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": company.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
    }


def incoming(company: Company, sender: str, to: str, body: str) -> Message:
    """Somebody texts one of our numbers. Raises ValueError when the number is not ours."""
    number = company.numbers.get(to)
    if number is None:
        raise ValueError(f"{to or 'that'} is not one of our numbers")
    message = new(company, sender, to, body, "inbound", "received")
    word = body.strip().upper()
    if word in STOP:
        company.opted_out.add((sender, to))
    elif word in START:
        company.opted_out.discard((sender, to))
    _hand_over(company, number, message)
    return message


def _hand_over(company: Company, number: Number, message: Message) -> None:
    params = _params(company, message) | {"NumMedia": "0", "NumSegments": "1", "SmsStatus": "received"}
    for kind, url, method in (
        ("sms", number.sms_url, number.sms_method),
        ("fallback", number.sms_fallback_url, number.sms_fallback_method),
    ):
        if not url:
            continue
        answer = company.courier.ask(kind, message.sid, url, method, params)
        if answer.ok and (not answer.body or _reply(company, message, answer.body)):
            return
        company.problem(11200, f"the receiver of a text answered {answer.status} {answer.error}", url=url)


def _reply(company: Company, message: Message, body: bytes) -> bool:
    """Send what the receiver answers; to one who said STOP nothing is sent. False when it is no document."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return False
    if root.tag != "Response" or any(child.tag != "Message" for child in root):
        return False
    if (message.from_, message.to) not in company.opted_out:
        for child in root:
            reply = new(company, message.to, message.from_, "".join(child.itertext()), "outbound-reply", "queued")
            deliver(company, reply)
    return True

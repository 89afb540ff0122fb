"""Where the next document of a leg comes from, and how it is fetched."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from soi_dialer.simulator import reports, twiml
from soi_dialer.simulator.records import Leg
from soi_dialer.simulator.twiml import Node, Refusal

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company
    from soi_dialer.simulator.transport import Answer


@dataclasses.dataclass(frozen=True)
class Source:
    """An address with the parameters to send there, or a document given in full (`inline`)."""

    url: str = ""
    method: str = "POST"
    params: dict[str, str] = dataclasses.field(default_factory=dict)
    kind: str = "voice"
    inline: str | None = None


def load(company: Company, leg: Leg, source: Source, *, whisper: bool = False) -> tuple[Node, ...]:
    """Fetch and read a document. Raises Refusal when the receiver fails or the document is wrong."""
    if source.inline is not None:
        return twiml.read_inline(source.inline)
    answer = ask(company, leg, source)
    return twiml.read_answer(answer.body, answer.content_type, answer.url, whisper=whisper)


def ask(company: Company, leg: Leg, source: Source) -> Answer:
    """Send the request of a source. Raises Refusal when there is no good answer."""
    params = reports.standard(company, leg) | source.params
    answer = company.courier.ask(source.kind, leg.sid, source.url, source.method, params)
    if answer.error:
        raise Refusal(answer.error_code, answer.error)
    if not answer.ok:
        raise Refusal(11200, f"the receiver answered {answer.status}")
    return answer


def fallback(leg: Leg, failed: Source, refusal: Refusal) -> Source | None:
    """The fallback address of the leg, told what failed; None when there is none, or it is what failed."""
    if not leg.fallback_url or failed.kind == "fallback":
        return None
    told = {"ErrorCode": str(refusal.code), "ErrorUrl": failed.url}
    return Source(leg.fallback_url, leg.fallback_method, told, "fallback")

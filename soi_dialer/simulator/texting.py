"""Text messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soi_dialer.simulator.company import receive_text
from soi_dialer.simulator.records import Message

if TYPE_CHECKING:
    from soi_dialer.simulator.company import Company


def incoming(company: Company, sender: str, to: str, body: str) -> Message:
    """Somebody texts one of our numbers. Raises ValueError when the number is not ours."""
    if to not in company.numbers:
        raise ValueError(f"{to} is not one of our numbers")
    return receive_text(company, sender, to, body, "inbound", "received")

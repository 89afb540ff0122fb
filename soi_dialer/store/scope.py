"""Who is asking. Every query takes a scope and sees nothing outside it."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """One agent of one office."""

    office_id: int
    agent_id: int

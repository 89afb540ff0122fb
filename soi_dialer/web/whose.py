"""Whose figures a page shows: one's own; or, below `/team/<agent_id>`, a member's to their lead, to look at alone.

What a lead sees is figures and the calls that they count. Notes and messages stay with whose they are.
"""

from __future__ import annotations

import dataclasses
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, request

from soi_dialer.flows.report_team import member
from soi_dialer.store.scope import Scope
from soi_dialer.web import page
from soi_dialer.web.links import link


@dataclasses.dataclass(frozen=True, slots=True)
class Whose:
    """`name` is empty for oneself."""

    scope: Scope
    zone: ZoneInfo
    name: str = ""

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]

    def endpoint(self, name: str) -> str:
        return f"web.member_{name}" if self.name else f"web.{name}"

    @property
    def values(self) -> dict[str, int]:
        """What every address of theirs has beside what else it says."""
        return {"agent_id": self.scope.agent_id} if self.name else {}

    def link(self, name: str, /, **values: Any) -> str:
        """The page of that name about the same person."""
        return link(self.endpoint(name), **self.values, **values)


def shown() -> Whose:
    """Of the page that is asked for. A page that is not there for anybody but a lead of the same office."""
    if "whose" not in g:
        g.whose = _asked((request.view_args or {}).get("agent_id"))
    return g.whose


def link_to(name: str, /, **values: Any) -> str:
    """For templates: the page of that name about whom this one is about."""
    return shown().link(name, **values)


def _asked(agent_id: int | None) -> Whose:
    if agent_id is None or agent_id == page.scope().agent_id:
        return Whose(page.scope(), page.zone())
    row = member(page.dialer(), page.scope(), agent_id)
    page.look_from(ZoneInfo(row["time_zone"]))
    return Whose(Scope(page.scope().office_id, agent_id), ZoneInfo(row["time_zone"]), row["name"])

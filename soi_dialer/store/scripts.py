"""An agent's own words to say; where there is no row, they are ours."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select

from soi_dialer.store.scope import Scope
from soi_dialer.store.tables import agent, script

_OWN = select(script.c.name, script.c.text).where(
    script.c.office_id == bindparam("office"), script.c.agent_id == bindparam("agent")
)


def own(connection: Connection, scope: Scope) -> dict[str, str]:
    """The texts that this agent has changed, by name."""
    asked = {"office": scope.office_id, "agent": scope.agent_id}
    return dict(connection.execute(_OWN, asked).all())


def replace(connection: Connection, scope: Scope, texts: dict[str, str]) -> None:
    """These are the agent's own from now on; every other is ours again. Two windows at once go one after the other."""
    connection.execute(select(agent.c.id).where(agent.c.id == scope.agent_id).with_for_update())
    mine = (script.c.office_id == scope.office_id) & (script.c.agent_id == scope.agent_id)
    connection.execute(delete(script).where(mine))
    owned = {"office_id": scope.office_id, "agent_id": scope.agent_id}
    if texts:
        connection.execute(insert(script), [{**owned, "name": name, "text": text} for name, text in texts.items()])

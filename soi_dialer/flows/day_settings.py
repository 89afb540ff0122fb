"""What an agent wants of a day: how many people on its list, and what sets a cadence back."""

from __future__ import annotations

from soi_dialer.dialer import Dialer
from soi_dialer.domain.today import MOST_A_DAY
from soi_dialer.domain.whole_number import whole
from soi_dialer.flows import touch
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import agents
from soi_dialer.store.scope import Scope


def change_day(
    dialer: Dialer, scope: Scope, *, customers_a_day: str, partners_a_day: str, message_is_touch: bool
) -> None:
    """Keep the numbers as typed. The list of a day that was begun grows and never shrinks.

    Raises:
        BadValue: naming the field; nothing was changed.
    """
    values = {
        "customers_a_day": _places(customers_a_day, "customers_a_day"),
        "partners_a_day": _places(partners_a_day, "partners_a_day"),
        "message_is_touch": message_is_touch,
    }
    with dialer.db.write() as conn:
        before = agents.get(conn, scope.agent_id)
        agents.update(conn, scope.agent_id, **values)
        if before["message_is_touch"] != message_is_touch:
            touch.refresh_agent(conn, scope.agent_id)


def _places(text: str, field: str) -> int:
    places = whole(text.strip(), digits=3)
    if places is None or places > MOST_A_DAY:
        raise BadValue(f"That is a whole number from 0 to {MOST_A_DAY}.", field)
    return places

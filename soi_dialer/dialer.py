"""The parts of a running installation, handed to every flow. Built in `soi_dialer/wiring.py`, once per process."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soi_dialer.carrier.client import Carrier
    from soi_dialer.clock import Clock
    from soi_dialer.store.database import Database
    from soi_dialer.store.group_commit import GroupWriter


@dataclasses.dataclass(frozen=True, slots=True)
class Dialer:
    """Everything a flow may use. Doors find it in `current_app.extensions["soi_dialer"]`."""

    settings: Any  # config.Settings; the flows read only plain values from it
    db: Database
    carrier: Carrier
    clock: Clock
    journal: GroupWriter  # keeps the webhooks' facts, many in one commit

    def close(self) -> None:
        self.journal.close()
        self.db.close()

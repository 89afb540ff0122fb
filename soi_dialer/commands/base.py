"""What the commands share: the parts of the installation, and which agent is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import config
from soi_dialer import wiring
from soi_dialer.commands.options import CommandError
from soi_dialer.dialer import Dialer
from soi_dialer.flows.passwords import can_sign_in
from soi_dialer.store import agents, migrate
from soi_dialer.store.scope import Scope


@contextmanager
def opened(*, make: bool = False) -> Iterator[Dialer]:
    """The installation. `make` sets up a database that is not there yet; one that is older is never changed unasked."""
    settings = config.load()
    if make:
        migrate.make_room(settings.database_url)
    if not migrate.is_current(settings.database_url):
        if not (make and migrate.is_empty(settings.database_url)):
            raise CommandError("the database is not set up for this version; run: python -m soi_dialer migrate")
        migrate.upgrade(settings.database_url)
    dialer = wiring.build(settings)
    try:
        yield dialer
    finally:
        dialer.close()


def agent_named(dialer: Dialer, email: str | None) -> Mapping:
    """The agent with that address, or the only one who can sign in: the demo's colleagues cannot."""
    with dialer.db.read() as conn:
        if email is not None:
            found = agents.by_email(conn, email.strip().lower())
            if found is None:
                raise CommandError(f"there is no agent {email}")
            return found
        everybody = list(filter(can_sign_in, agents.all_active(conn)))
    if not everybody:
        raise CommandError("there is no agent yet; see: python -m soi_dialer agent add --help")
    if len(everybody) > 1:
        raise CommandError(f"say which of the {len(everybody)} agents is meant: --agent EMAIL")
    return everybody[0]


def scope_of(agent: Mapping) -> Scope:
    return Scope(agent["office_id"], agent["id"])

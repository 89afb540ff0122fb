"""Alembic's door to our tables. `soi_dialer.store.migrate` hands over a connection; the `alembic` command has none."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

import config
from soi_dialer.store.migrate import make_room, migrating
from soi_dialer.store.tables import metadata
from soi_dialer.store.types import JsonText, UtcDateTime


def _render_item(kind: str, item: object, autogen_context) -> str | bool:
    """Our own column types are written by their names."""
    if kind == "type" and isinstance(item, (UtcDateTime, JsonText)):
        autogen_context.imports.add("from soi_dialer.store.types import JsonText, UtcDateTime")
        return f"{type(item).__name__}()"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,  # SQLite can: a migration that fails leaves nothing behind
        compare_server_default=False,
        render_item=_render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    url = config.load().database_url
    make_room(url)
    with migrating(url) as opened:
        _run(opened)

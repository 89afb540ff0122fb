"""The one set of tables, how their constraints are named, and the two columns by which every business row is scoped."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def owned() -> list[Column]:
    """The two columns by which every business row is scoped."""
    return [
        Column("office_id", Integer, ForeignKey("office.id"), nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.id"), nullable=False),
    ]

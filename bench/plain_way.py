"""The baseline that one would write first: the library's validator, the ORM, and one commit for each webhook.

The same durability as the product (WAL, `synchronous=FULL`), and less work: it keeps the event and derives nothing.
"""

from __future__ import annotations

import os

from flask import Flask, abort, request
from sqlalchemy import JSON, create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from twilio.request_validator import RequestValidator

app = Flask(__name__)
engine = create_engine(os.environ["PLAIN_DATABASE_URL"], connect_args={"timeout": 30})
validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])


class Base(DeclarativeBase):
    """The one table."""


class Event(Base):
    """A webhook as it came."""

    __tablename__ = "event"
    key: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict] = mapped_column(JSON)


@event.listens_for(engine, "connect")
def _durable(connection, _record) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


@app.post("/<path:path>")
def webhook(path: str) -> tuple[str, int]:
    url = os.environ["PUBLIC_URL"] + request.path
    if not validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)
    key = f"{path} {request.form['CallSid']} {request.form['SequenceNumber']}"
    with Session(engine) as session:
        session.add(Event(key=key, body=request.form.to_dict()))
        try:
            session.commit()
        except IntegrityError:
            session.rollback()  # it came twice
    return "", 204

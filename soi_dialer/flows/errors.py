"""What a flow may refuse. The message is one or two sentences for a busy person: what happened and what to do."""

from __future__ import annotations


class FlowError(Exception):
    """Nothing was changed. `str(error)` may be shown to the user."""


class NotFound(FlowError):
    """Not there, or not within the asker's scope: the two are never told apart."""


class NotAllowed(FlowError):
    """A rule forbids it: do-not-call, calling hours, a number that is never dialled, another live call."""


class BadValue(FlowError):
    """Something typed cannot be used. `field` names it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(FlowError):
    """Somebody or something else changed it first, or a request key was used for another request."""

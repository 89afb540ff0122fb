"""An agent's own words to say: kept where they differ from ours, and ours again when they are emptied."""

from __future__ import annotations

from collections.abc import Mapping

from soi_dialer.dialer import Dialer
from soi_dialer.domain import scripts as words
from soi_dialer.flows.errors import BadValue
from soi_dialer.store import scripts
from soi_dialer.store.scope import Scope


def keep_scripts(dialer: Dialer, scope: Scope, typed: Mapping[str, str]) -> None:
    """All texts anew, by name; one that is missing, empty or the same as ours is ours.

    Raises:
        BadValue: naming the text; nothing was changed.
    """
    read = {name: _read(name, typed.get(name, "")) for name in words.SCRIPTS}
    own = {name: text for name, text in read.items() if text and text != words.SCRIPTS[name].text}
    with dialer.db.write() as connection:
        scripts.replace(connection, scope, own)


def _read(name: str, text: str) -> str:
    try:
        return words.clean(name, text)
    except words.BadScript as error:
        raise BadValue(str(error), name) from None

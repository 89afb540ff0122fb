"""What an agent types as an address must not reach into the network in which this server stands.

An address is looked at when it is saved, for the words, and again at the moment of connecting, for certain: by then a
name may lead elsewhere, or an answer may have redirected the request.
"""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

LOOK_UP_SECONDS = 2.0

_asking = threading.local()


def is_outside(address: str) -> bool:
    """Whether this numeric address belongs to the public internet; False for what is no such address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    translated = ip.version == 6 and ip in ipaddress.ip_network("64:ff9b::/96")
    return ip.is_global and not ip.is_multicast and not translated and (inner is None or inner.is_global)


def leads_inside(host: str) -> bool:
    """Whether the host is known to be inside. A name that cannot be looked up quickly is judged when it is used."""
    if host.rstrip(".").lower() == "localhost":
        return True
    addresses = _numeric(host) or (_looked_up(host) if "." in host else [])
    return any(not is_outside(address) for address in addresses)


def _numeric(host: str) -> list[str]:
    """The address that the host is already, in any form that computers take: 127.1 and 2130706433 are 127.0.0.1."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return []


def _looked_up(host: str) -> list[str]:
    found: list[str] = []

    def look_up() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.extend(str(answer[4][0]) for answer in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))

    asking = threading.Thread(target=look_up, daemon=True)
    asking.start()
    asking.join(LOOK_UP_SECONDS)
    return list(found)


@contextlib.contextmanager
def outside_only() -> Iterator[list[str]]:
    """Within it this thread connects to the public internet alone; gives the addresses that were refused."""
    _watch()
    refused: list[str] = []
    _asking.refused = refused
    try:
        yield refused
    finally:
        _asking.refused = None


@functools.cache
def _watch() -> None:
    """Python asks at each connection that it makes; such a question cannot be taken back, so it is asked for once."""
    sys.addaudithook(_at_connection)


def _at_connection(event: str, details: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    refused = getattr(_asking, "refused", None)
    if refused is None:
        return
    address = details[1][0] if isinstance(details[1], tuple) else ""
    if not is_outside(str(address)):
        refused.append(str(address))
        raise ConnectionRefusedError("an address of the server's own network")

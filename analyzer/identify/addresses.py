"""Which addresses identify an appliance."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


def is_address(text: str) -> bool:
    """An IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=65536)
def identifying(text: str) -> str:
    """The address in its usual form where it can be an appliance's own, else "": loopback, link-local (the internal addresses 169.254.1.x
    of a data interface are the same on every device), multicast, unspecified and broadcast addresses are nobody's."""
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        return ""
    if isinstance(address, ipaddress.IPv4Address) and address.packed[0] in (0, 255):
        return ""
    return str(address)


def host_part(socket: str) -> str:
    """The address of ``192.0.2.1:8305``, ``[2001:db8::1]:8305`` or ``::ffff:192.0.2.1:8305``, as ``netstat`` and ``ss`` print it."""
    return socket.rpartition(":")[0].strip("[]").removeprefix("::ffff:")

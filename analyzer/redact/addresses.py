"""Substitutes for IP addresses. What shared a prefix still shares one: subnets stay subnets, and nothing else of the address is left."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

_FIRST_OCTETS = (*range(240, 255), *range(1, 127), *range(128, 240))
"""240.0.0.0/4 first: reserved, so nobody takes a substitute for a real address (RFC 1112, section 4)."""

_MASK = 255


class Addresses:
    """Gives each address its substitute, the same one each time. Octets are numbered below their prefix, in the order seen; 0 and 255 stay,
    because they mark networks and broadcasts."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], dict[int, int]] = {}

    def substitute(self, address: str) -> str:
        """The substitute for an IPv4 or IPv6 address; the address itself when it tells nothing (loopback, unspecified, a net mask).
        Raises ValueError for what is no address."""
        parsed = ip_address(address)
        if parsed.is_loopback or parsed.is_unspecified:
            return address
        return self._ipv4(parsed) if isinstance(parsed, IPv4Address) else self._ipv6(parsed)

    def _ipv4(self, address: IPv4Address) -> str:
        octets = tuple(address.packed)
        if octets[0] == _MASK:
            return str(address)
        first = _FIRST_OCTETS[(self._number((4,), octets[0]) - 1) % len(_FIRST_OCTETS)]
        rest = [
            octet if octet in (0, _MASK) else (self._number((4, *octets[:place]), octet) - 1) % (_MASK - 1) + 1
            for place, octet in enumerate(octets[1:], start=1)
        ]
        return ".".join(map(str, (first, *rest)))

    def _ipv6(self, address: IPv6Address) -> str:
        """Below 2001:db8::/32 (RFC 3849): the first and the last 32 bits are numbered as wholes, the four groups between one by one."""
        packed = address.packed
        groups = tuple(int.from_bytes(packed[at : at + 2], "big") for at in range(0, 16, 2))
        units = ((groups[0] << 16) | groups[1], *groups[2:6], (groups[6] << 16) | groups[7])
        numbers = [unit and self._number((6, *units[:place]), unit) & 0xFFFF for place, unit in enumerate(units)]
        return str(IPv6Address("2001:db8:" + ":".join(f"{number:x}" for number in numbers)))

    def _number(self, prefix: tuple[int, ...], value: int) -> int:
        """The place of a value among those seen below a prefix, from 1."""
        seen = self._numbers.setdefault(prefix, {})
        return seen.setdefault(value, len(seen) + 1)

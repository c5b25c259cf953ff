"""Substitutes for IP addresses. What shared a prefix still shares one: subnets stay subnets, and nothing else of the address is left."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from analyzer.redact.keyed import digest, shuffled

_RESERVED = tuple(range(240, 255))
"""240.0.0.0/4: reserved, so nobody takes a substitute for a real address (RFC 1112, section 4)."""

_OTHERS = (*range(1, 127), *range(128, 240))
_FIRST_OCTETS = (*_RESERVED, *_OTHERS)

_INSIDE = (10, 172, 192, 100, 169, 198, 203, 1, 2, 7, 11, 25, 30, 33, 55)
"""First octets that networks use inside, as many as there are reserved ones. With a secret these get the reserved ones."""

_OUTSIDE = tuple(octet for octet in range(1, 255) if octet not in _INSIDE and octet != 127)

_MASK = 255


class Addresses:
    """Gives each address its substitute, the same one each time. Octets are numbered below their prefix, in the order seen; 0 and 255 stay,
    because they mark networks and broadcasts. With a secret they are shuffled below their prefix instead, so that the order does not
    matter: whether the first octet is one that networks use inside can be seen then."""

    def __init__(self, secret: bytes = b"") -> None:
        self._secret = secret
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
        if self._secret:
            return self._shuffled(octets)
        first = _FIRST_OCTETS[(self._number((4,), octets[0]) - 1) % len(_FIRST_OCTETS)]
        rest = [
            octet if octet in (0, _MASK) else (self._number((4, *octets[:place]), octet) - 1) % (_MASK - 1) + 1
            for place, octet in enumerate(octets[1:], start=1)
        ]
        return ".".join(map(str, (first, *rest)))

    def _shuffled(self, octets: tuple[int, ...]) -> str:
        if octets[0] == 0:
            put = [0]
        else:
            given, wanted, kind = (_INSIDE, _RESERVED, "inside") if octets[0] in _INSIDE else (_OUTSIDE, _OTHERS, "outside")
            put = [wanted[shuffled(self._secret, kind, len(wanted))[given.index(octets[0])]]]
        for place, octet in enumerate(octets[1:], start=1):
            prefix = ".".join(map(str, octets[:place]))
            put.append(octet if octet in (0, _MASK) else 1 + shuffled(self._secret, prefix, _MASK - 1)[octet - 1])
        return ".".join(map(str, put))

    def _digested(self, packed: bytes) -> str:
        """Below 2001:db8::/32: 48 bits for the network of 64 bits, 48 for the rest, which stays 0 where it is."""
        network = digest(self._secret, packed[:8].hex(), 6)
        rest = digest(self._secret, f"/{packed[8:].hex()}", 6) if any(packed[8:]) else bytes(6)
        return str(IPv6Address(bytes.fromhex("20010db8") + network + rest))

    def _ipv6(self, address: IPv6Address) -> str:
        """Below 2001:db8::/32 (RFC 3849): the first and the last 32 bits are numbered as wholes, the four groups between one by one."""
        packed = address.packed
        if self._secret:
            return self._digested(packed)
        groups = tuple(int.from_bytes(packed[at : at + 2], "big") for at in range(0, 16, 2))
        units = ((groups[0] << 16) | groups[1], *groups[2:6], (groups[6] << 16) | groups[7])
        numbers = [unit and self._number((6, *units[:place]), unit) & 0xFFFF for place, unit in enumerate(units)]
        return str(IPv6Address("2001:db8:" + ":".join(f"{number:x}" for number in numbers)))

    def _number(self, prefix: tuple[int, ...], value: int) -> int:
        """The place of a value among those seen below a prefix, from 1."""
        seen = self._numbers.setdefault(prefix, {})
        return seen.setdefault(value, len(seen) + 1)

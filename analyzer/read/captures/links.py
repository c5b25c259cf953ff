"""Link layers: where the network packet starts in a frame, and what it is."""

from __future__ import annotations

import struct
from collections.abc import Callable

IPV4, IPV6 = 0x0800, 0x86DD
_VLAN_TAGS = frozenset((0x8100, 0x88A8, 0x9100, 0x9200))
_MPLS = frozenset((0x8847, 0x8848))
_PPPOE = 0x8864
_WITHOUT_IP = frozenset((0x0806, 0x8035, 0x88CC, 0x888E, 0x8809, 0x88E5, 0x8863))  # ARP, RARP, LLDP, 802.1X, LACP, MACsec, PPPoE discovery
_PPP = {0x0021: IPV4, 0x0057: IPV6}
_MAX_TAGS = 8

UNKNOWN = -1
"""An ethertype or link type that is not understood here: it may hold anything."""

NOT_IP = -2
"""Understood, and holds no IP packet."""

Network = tuple[int, int]
"""What follows (`IPV4`, `IPV6`, `UNKNOWN` or `NOT_IP`) and its byte offset in the frame."""

_CUT: Network = (NOT_IP, 0)


def ethertype_payload(ethertype: int, data: bytes, at: int) -> Network:
    """Pass VLAN tags, MPLS labels and PPPoE. ``at`` is where the payload of ``ethertype`` starts."""
    for _ in range(_MAX_TAGS):
        if ethertype in (IPV4, IPV6):
            return ethertype, at
        if len(data) < at + 8:
            return _CUT
        if ethertype in _VLAN_TAGS:
            ethertype = int.from_bytes(data[at + 2 : at + 4])
            at += 4
        elif ethertype in _MPLS:
            return _below_labels(data, at)
        elif ethertype == _PPPOE:
            return _PPP.get(int.from_bytes(data[at + 6 : at + 8]), NOT_IP), at + 8
        elif ethertype <= 1500 or ethertype in _WITHOUT_IP:  # a length: spanning tree, CDP and the like
            return NOT_IP, at
        else:
            return UNKNOWN, at
    return UNKNOWN, at


def _below_labels(data: bytes, at: int) -> Network:
    while len(data) >= at + 5:
        bottom = data[at + 2] & 1
        at += 4
        if bottom:
            return _by_version(data, at)
    return _CUT


def _by_version(data: bytes, at: int) -> Network:
    """Nothing but the first half byte tells what it is."""
    if len(data) <= at:
        return _CUT
    return {4: (IPV4, at), 6: (IPV6, at)}.get(data[at] >> 4, (UNKNOWN, at))


def ethernet(data: bytes, at: int = 0) -> Network:
    """An Ethernet frame at ``at``."""
    if len(data) < at + 14:
        return _CUT
    return ethertype_payload(data[at + 12] << 8 | data[at + 13], data, at + 14)


def _sll(data: bytes) -> Network:
    return ethertype_payload(int.from_bytes(data[14:16]), data, 16) if len(data) > 16 else _CUT


def _sll2(data: bytes) -> Network:
    return ethertype_payload(int.from_bytes(data[:2]), data, 20) if len(data) > 20 else _CUT


def _raw(data: bytes) -> Network:
    return _by_version(data, 0)


def _loopback(data: bytes) -> Network:
    """BSD loopback: an address family in the byte order of the machine that captured. IPv6 has three numbers, by system."""
    if len(data) < 5:
        return _CUT
    family = min(struct.unpack("<I", data[:4])[0], struct.unpack(">I", data[:4])[0])
    return {2: (IPV4, 4), 24: (IPV6, 4), 28: (IPV6, 4), 30: (IPV6, 4)}.get(family, (UNKNOWN, 4))


def _ppp(data: bytes) -> Network:
    at = 2 if data[:2] == b"\xff\x03" else 0
    return _PPP.get(int.from_bytes(data[at : at + 2]), UNKNOWN), at + 2


LINK_TYPES: dict[int, Callable[[bytes], Network]] = {
    0: _loopback,
    1: ethernet,
    9: _ppp,
    12: _raw,
    14: _raw,
    101: _raw,
    108: _loopback,
    113: _sll,
    228: _raw,
    229: _raw,
    276: _sll2,
}
"""Link types (tcpdump.org/linktypes.html) that are understood here."""


def network(link: int, data: bytes) -> Network:
    """What a frame of this link type carries, and where it starts."""
    reader = LINK_TYPES.get(link)
    return reader(data) if reader else (UNKNOWN, 0)

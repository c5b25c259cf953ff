"""Captures of a management span: much of everything else, and connections of the sftunnel port among it."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path

from benchmarks.pki import expired_ca
from tests.lab.cast import REGISTERED
from tests.read.captures import packets as p

_POOL_PACKETS = 6_000
_HELLO_EXTENSIONS = bytes.fromhex("000d0006000404010501")


def big_capture(path: Path, size: int, connections: int, seed: int = 8305) -> None:
    """A pcap of about ``size`` bytes, in which ``connections`` connections to 8305 are spread out: half refused, half good."""
    pool, addresses, stamps = _pool(random.Random(seed))  # noqa: S311 - traffic, not a key
    rounds = max(1, size // len(pool))
    waiting = [p.pcap(one)[24:] for one in _connections(connections)]
    with path.open("wb") as file:
        file.write(p.pcap([])[:24])
        for number in range(rounds):
            base = number * _POOL_PACKETS
            for at, offset in enumerate(addresses):
                pool[offset] = number & 0xFF  # another host, so that no packet is a repetition
                seconds, micro = divmod((base + at) * 200, 1_000_000)
                struct.pack_into("<II", pool, stamps[at], p.START // 1_000_000_000 + seconds, micro)
            file.write(pool)
            for one in waiting[number * len(waiting) // rounds : (number + 1) * len(waiting) // rounds]:
                file.write(one)


def capture_folder(folder: Path, count: int) -> None:
    """``count`` captures of one connection each."""
    folder.mkdir(parents=True)
    for number, packets in enumerate(_connections(count)):
        (folder / f"capture-{number:04d}.pcap").write_bytes(p.pcap(packets))


def _pool(draw: random.Random) -> tuple[bytearray, list[int], list[int]]:
    """Records of other traffic, and where in them an address byte and the time stand."""
    pool, addresses, stamps = bytearray(), [], []
    for number in range(_POOL_PACKETS):
        port = draw.choice((443, 443, 443, 22, 514, 53, 8080, 389))
        protocol = 17 if port in (514, 53) else 6
        payload = draw.randbytes(draw.choice((0, 0, 60, 200, 600, 1400, 1400)))
        if protocol == 17:
            inner = p.udp(payload or b"?", 1024 + number, port)
        else:
            inner = struct.pack("!HHIIBBHHH", 1024 + number, port, number * 1460, 1, 0x50, 0x18, 64240, 0, 0) + payload
        source, target = f"10.1.{number >> 8 & 255}.{number & 255}", f"10.2.0.{number % 50 + 1}"
        if number % 2:
            source, target = target, source
        packet = p.ipv4(inner, source, target, protocol, ident=number)
        frame = p.ethernet(packet)
        stamps.append(len(pool))
        addresses.append(len(pool) + 16 + 14 + (17 if number % 2 else 13))
        pool += struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
    return pool, addresses, stamps


def _connections(count: int) -> Iterator[list[p.Packet]]:
    ca = expired_ca()
    manager = ca.issue("198.51.100.7", serial=1, at=REGISTERED)
    devices = [ca.issue(f"192.0.2.{10 + n}", serial=2 + n, at=REGISTERED) for n in range(8)]
    for number in range(count):
        device = devices[number % len(devices)]
        dialogue = p.Dialogue(
            client=f"192.0.2.{10 + number % len(devices)}",
            server="198.51.100.7",
            client_port=20_000 + number,
            start=p.START + number * 44_000_000_000 // max(1, count // 8),
        )
        random_bytes = struct.pack("!I", number) * 8
        said = [
            ("client", _record(22, _message(1, _client_hello(random_bytes)))),
            ("server", _record(22, _server_flight(random_bytes, manager.der))),
        ]
        if number % 2:
            said.append(("client", _record(21, b"\x02\x2d")))
        else:
            own = _message(11, _chain(device.der)) + _message(16, b"\x01\x00" + bytes(256))
            said += [
                ("client", _record(22, own) + _record(20, b"\x01") + _record(22, random_bytes + b"\xa5" * 8)),
                ("server", _record(20, b"\x01") + _record(22, random_bytes + b"\x5a" * 8)),
                *((("client", "server")[n % 2], _record(23, random_bytes * 8)) for n in range(6)),
            ]
        yield dialogue.open().say(said).finish("client").packets


def _client_hello(random_bytes: bytes) -> bytes:
    ciphers = b"\0\x04\x00\x9d\x00\x3d"
    return b"\x03\x03" + random_bytes + b"\0" + ciphers + b"\x01\0" + len(_HELLO_EXTENSIONS).to_bytes(2) + _HELLO_EXTENSIONS


def _server_flight(random_bytes: bytes, leaf: bytes) -> bytes:
    hello = b"\x03\x03" + random_bytes[::-1] + b"\0" + b"\x00\x9d" + b"\0"
    request = b"\x01\x01" + b"\0\x02\x04\x01" + b"\0\0"
    return _message(2, hello) + _message(11, _chain(leaf)) + _message(13, request) + _message(14, b"")


def _chain(certificate: bytes) -> bytes:
    one = len(certificate).to_bytes(3) + certificate
    return len(one).to_bytes(3) + one


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3) + body


def _record(kind: int, content: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(content).to_bytes(2) + content

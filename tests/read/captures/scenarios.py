"""Captured connections by name, each made of a real TLS conversation: what must be understood, and what both dissectors must agree on."""

from __future__ import annotations

import functools
import ssl
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Location
from analyzer.model.member import Damage
from analyzer.read.captures import read
from analyzer.read.context import ReadContext
from tests.read.captures import packets as p
from tests.read.captures.handshakes import Conversation, Identity, authority, contexts_of, converse, leaf, tls12, tls13

CAPTURE = Location("evidence.pcap")
EXPIRED = -1
OTHER_FMC = "99999999-2222-11ef-8333-444455556666"


def read_capture(
    data: bytes,
    *,
    port: int = 8305,
    tshark: Path | None = None,
    temp_dir: Path | None = None,
    chunk: int = 1 << 20,
    limits: Limits = DEFAULT_LIMITS,
) -> list[CapturedConnection | CaptureRead | Damage]:
    """The facts of a capture file given in chunks."""
    chunks = [data[at : at + chunk] for at in range(0, len(data), chunk)]
    context = ReadContext(datetime(2026, 11, 23, tzinfo=UTC), port=port, tshark=tshark, temp_dir=temp_dir, limits=limits)
    return list(read(chunks, CAPTURE, context))


def connections(packets: Iterable[p.Packet], **options: object) -> list[CapturedConnection]:
    """The connections that a pcapng file of these packets shows to the embedded reader."""
    return [fact for fact in read_capture(p.section(packets), **options) if isinstance(fact, CapturedConnection)]  # type: ignore[arg-type]


def connection(packets: Iterable[p.Packet], **options: object) -> CapturedConnection:
    """The only connection."""
    (one,) = connections(packets, **options)
    return one


def untrusted(name: str) -> Identity:
    """A leaf of another FMC's CA."""
    return leaf(name, authority(OTHER_FMC))


@functools.cache
def conversation(name: str) -> Conversation:
    """A conversation by name; made once per run."""
    return CONVERSATIONS[name]()


def renegotiation() -> list[tuple[str, bytes]]:
    """What a TLS 1.2 renegotiation looks like: handshake records whose content cannot be read."""
    return [
        (sender, record(22, bytes((n * 37 + len(sender)) % 256 for n in range(size))))
        for sender, size in (("client", 260), ("server", 1500))
    ]


def _resumed_12() -> Conversation:
    contexts = contexts_of(tls12())
    first = converse(tls12(), contexts=contexts)
    return converse(tls12(), contexts=contexts, session=first.session)


def _resumed_13() -> Conversation:
    contexts = contexts_of(tls13())
    first = converse(tls13(), contexts=contexts)
    return converse(tls13(), contexts=contexts, session=first.session)


def _expired_ca() -> Identity:
    return authority(end=EXPIRED)


CONVERSATIONS = {
    "good-12": lambda: converse(tls12()),
    "good-12-no-data": lambda: converse(tls12(), exchange=False),
    "good-12-long-chain": lambda: converse(tls12(client_identity=leaf("device", with_chain=True))),
    "good-13": lambda: converse(tls13()),
    "good-13-no-tickets": lambda: converse(tls13(server_tickets=0)),
    "ca-expired-12": lambda: converse(tls12(server_identity=leaf("manager", _expired_ca()), client_trusts=(_expired_ca(),))),
    "ca-expired-13": lambda: converse(tls13(server_identity=leaf("manager", _expired_ca()), client_trusts=(_expired_ca(),))),
    "ca-expired-for-the-server-12": lambda: converse(tls12(client_identity=leaf("device", _expired_ca()), server_trusts=(_expired_ca(),))),
    "server-leaf-expired-12": lambda: converse(tls12(server_identity=leaf("manager", end=EXPIRED))),
    "client-leaf-expired-12": lambda: converse(tls12(client_identity=leaf("device", end=EXPIRED))),
    "server-leaf-untrusted-12": lambda: converse(tls12(server_identity=untrusted("manager"))),
    "client-leaf-untrusted-12": lambda: converse(tls12(client_identity=untrusted("device"))),
    "client-leaf-untrusted-13": lambda: converse(tls13(client_identity=untrusted("device"))),
    "same-name-other-key-12": lambda: converse(tls12(server_identity=leaf("manager", authority(variant=1)))),
    "not-yet-valid-12": lambda: converse(tls12(server_identity=leaf("manager", start=10))),
    "no-client-certificate-12": lambda: converse(tls12(client_identity=None)),
    "no-client-certificate-13": lambda: converse(tls13(client_identity=None)),
    "not-asked-for-12": lambda: converse(tls12(client_identity=None), asks=False),
    "cipher-mismatch-12": lambda: converse(tls12(client_ciphers="AES128-SHA256", server_ciphers="AES256-SHA256")),
    "version-mismatch": lambda: converse(
        tls12(client_highest=ssl.TLSVersion.TLSv1_2, server_lowest=ssl.TLSVersion.TLSv1_3, server_highest=ssl.TLSVersion.TLSv1_3)
    ),
    "old-tls-1.1": lambda: converse(tls12(lowest=ssl.TLSVersion.TLSv1_1, highest=ssl.TLSVersion.TLSv1_1)),
    "resumed-12": _resumed_12,
    "resumed-13": _resumed_13,
    "retry-13": lambda: converse(tls13(server_groups="secp384r1")),
}


def captured(name: str, closer: str = "server", **options: object) -> list[p.Packet]:
    """The packets of a conversation by name: opened, said, closed."""
    return p.Dialogue(**options).open().say(conversation(name).said).finish(closer).packets  # type: ignore[arg-type]


def records(said: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, int, bytes]]:
    """Sender, type and content of each TLS record of a conversation."""
    for sender, data in said:
        while data:
            size = 5 + int.from_bytes(data[3:5])
            yield sender, data[0], data[5:size]
            data = data[size:]


def record(kind: int, content: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(content).to_bytes(2) + content


def in_records_of(size: int, said: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The conversation with its plain handshake messages in records of ``size`` bytes: several in one, or one over several."""
    out: list[tuple[str, bytes]] = []
    changed: set[str] = set()
    for sender, data in said:
        plain, rest = b"", b""
        for _, kind, content in records([(sender, data)]):
            if kind == 20:
                changed.add(sender)
            if kind == 22 and sender not in changed:
                plain += content
            else:
                rest += record(kind, content)
        out.append((sender, b"".join(record(22, plain[at : at + size]) for at in range(0, len(plain), size)) + rest))
    return out


def without(packets: Sequence[p.Packet], *left_out: int) -> list[p.Packet]:
    """All packets but those at these indexes."""
    return [packet for at, packet in enumerate(packets) if at not in left_out]


def every_scenario() -> Iterator[tuple[str, list[p.Packet]]]:
    """Every shape of capture by name, each on a client port of its own, so that all fit into one file."""
    port = iter(range(20_000, 60_000))

    def dialogue(**options: object) -> p.Dialogue:
        return p.Dialogue(client_port=next(port), **options)  # type: ignore[arg-type]

    for name in CONVERSATIONS:
        yield name, captured(name, client_port=next(port))
        yield f"{name}, tiny segments", dialogue(mss=170).open().say(conversation(name).said, first=3).finish().packets
        yield f"{name}, reset", dialogue().open().say(conversation(name).said).reset().packets
        yield f"{name}, end not captured", dialogue().open().say(conversation(name).said).packets
    said = conversation("good-12").said
    for name, (frame, link) in FRAMES.items():
        yield name, dialogue(frame=frame, link=link).open().say(said).finish().packets
    for name in OVER_IPV6:
        frame, link = FRAMES[name]
        yield f"IPv6, {name}", dialogue(frame=frame, link=link, **V6).open().say(said).finish().packets
    yield "IPv4 options", dialogue(frame=with_ipv4_options).open().say(said).finish().packets
    yield "IPv6 extension headers", dialogue(frame=with_ipv6_extensions, **V6).open().say(said).finish().packets
    for seed in range(4):
        packets = dialogue(mss=200).open().say(said).finish().packets
        yield f"out of order {seed}", p.shuffled(packets, 8, 14, seed)
    small = dialogue(mss=200).open().say(said).finish()
    for lost in small.data_packets():
        packets = dialogue(mss=200).open().say(said).finish().packets
        yield f"packet {lost} lost", without(packets, lost)
    for snap in (54, 59, 96, 130, 180, 300, 600, 1100, 1300):
        yield f"snap length {snap}", [packet.snapped(snap) for packet in dialogue().open().say(said).finish().packets]
    packets = dialogue(mss=300).open().say(said).finish().packets
    yield "every packet twice", [packet for packet in packets for _ in range(2)]
    yield "began in the middle", dialogue(mss=300).open().say(said).finish().packets[7:]
    yield "only the client's direction", dialogue(mss=300).open().say(said).finish().packets[::2]
    yield "SYN without answer", dialogue().send("client", p.SYN).packets
    yield "SYN refused", dialogue().send("client", p.SYN).reset().packets
    yield "opened and closed", dialogue().open().finish().packets
    yield (
        "not TLS",
        dialogue().open().say([("client", b"GET / HTTP/1.0\r\n\r\n"), ("server", b"HTTP/1.0 400 Bad Request\r\n\r\n")]).finish().packets,
    )
    yield "answered by something else", dialogue().open().say([said[0], ("server", b"go away, please\r\n")]).finish().packets
    yield "one record for a flight", dialogue().open().say(in_records_of(16_000, said)).finish().packets
    yield "a message over many records", dialogue().open().say(in_records_of(100, said)).finish().packets
    yield "records of three bytes", dialogue(mss=333).open().say(in_records_of(3, said)).finish().packets
    yield "renegotiation", dialogue().open().say([*said[:6], *renegotiation(), *said[6:]]).finish().packets
    yield "IPv6", dialogue(client="2001:db8::10", server="2001:db8::20").open().say(said).finish().packets
    refused = conversation("ca-expired-12").said
    yield "refused, snap length 96", [packet.snapped(96) for packet in dialogue().open().say(refused).finish().packets]
    yield "refused, certificate lost", without(dialogue().open().say(refused).finish().packets, 5)
    yield "refused, hello lost", without(dialogue().open().say(refused).finish().packets, 3)
    yield "long session", dialogue().open().say([*said[:4], ("server", (b"\x17\x03\x03\x10\x00" + bytes(4096)) * 60)]).finish().packets


def with_ipv4_options(packet: bytes) -> bytes:
    """The IPv4 packet with a router alert in its header."""
    source, target = (".".join(map(str, packet[at : at + 4])) for at in (12, 16))
    return p.ethernet(p.ipv4(packet[20:], source, target, options=b"\x94\x04\0\0"))


def with_ipv6_extensions(packet: bytes) -> bytes:
    """The IPv6 packet with hop-by-hop options, destination options and a routing header."""
    extensions = ((0, b"\x01\x04\0\0\0\0"), (60, b"\x01\x0c" + bytes(12)), (43, b"\0\0\0\0\0\0"))
    source, target = (str(ip_address(packet[at : at + 16])) for at in (8, 24))
    return p.ethernet(p.ipv6(packet[40:], source, target, extensions=extensions))


def wifi(packet: bytes) -> bytes:
    """802.11 (link type 105), which only tshark unwraps."""
    addresses = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x02\0\0\0\0\x03"
    return struct.pack("<HH", 0x0008, 0) + addresses + b"\0\0" + b"\xaa\xaa\x03\0\0\0" + p.ethertype_of(packet).to_bytes(2) + packet


FRAMES = {
    "Ethernet": (p.ethernet, p.ETHERNET),
    "VLAN": (lambda packet: p.ethernet(packet, (0x8100,)), p.ETHERNET),
    "QinQ 88a8": (lambda packet: p.ethernet(packet, (0x88A8, 0x8100)), p.ETHERNET),
    "QinQ 9100": (lambda packet: p.ethernet(packet, (0x9100, 0x8100)), p.ETHERNET),
    "MPLS": (p.mpls, p.ETHERNET),
    "PPPoE": (p.pppoe, p.ETHERNET),
    "GRE": (p.gre, p.ETHERNET),
    "ERSPAN": (p.erspan, p.ETHERNET),
    "VXLAN": (p.vxlan, p.ETHERNET),
    "Geneve": (p.geneve, p.ETHERNET),
    "IP in IP": (p.ip_in_ip, p.ETHERNET),
    "SLL": (p.sll, p.SLL),
    "SLL2": (p.sll2, p.SLL2),
    "raw": (lambda packet: packet, p.RAW),
    "BSD loopback, little-endian": (lambda packet: b"\x02\0\0\0" + packet, p.NULL),
    "BSD loopback, network order": (lambda packet: b"\0\0\0\x02" + packet, p.LOOP),
}
"""Link layers and tunnels around an IPv4 packet, and their link type."""

OVER_IPV6 = ("VLAN", "QinQ 88a8", "MPLS", "PPPoE", "GRE", "VXLAN", "IP in IP", "SLL", "SLL2", "raw")
"""Where IPv6 is told from IPv4 by a field of the layer around it."""

V6 = {"client": "2001:db8::10", "server": "2001:db8::20"}

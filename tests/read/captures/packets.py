"""Small builders of packets and capture files: TCP dialogues, link layers and tunnels around them, pcap and pcapng."""

from __future__ import annotations

import ipaddress
import random
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START = 1_700_000_000_000_000_000  # 2023-11-14 22:13:20 UTC, nanoseconds
ETHERNET, RAW, SLL, SLL2, NULL, LOOP = 1, 101, 113, 276, 0, 108
FTD, FMC = "192.0.2.10", "198.51.100.20"


@dataclass(frozen=True)
class Packet:
    """One captured packet: nanoseconds, bytes, link type, and its length before the snap length cut it."""

    time: int
    data: bytes
    link: int = ETHERNET
    length: int | None = None

    def snapped(self, length: int) -> Packet:
        return replace(self, data=self.data[:length], length=len(self.data))


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data)) if len(data) % 2 == 0 else checksum_odd(data)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def checksum_odd(data: bytes) -> int:
    return sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0"))


def ipv4(payload: bytes, source: str, target: str, protocol: int = 6, options: bytes = b"", ident: int = 7, fragment: int = 0) -> bytes:
    """An IPv4 packet. ``fragment`` is the flags-and-offset word."""
    words = 5 + len(options) // 4
    header = struct.pack(
        "!BBHHHBBH4s4s",
        0x40 | words,
        0,
        words * 4 + len(payload),
        ident,
        fragment,
        64,
        protocol,
        0,
        ipaddress.IPv4Address(source).packed,
        ipaddress.IPv4Address(target).packed,
    )
    header += options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(payload: bytes, source: str, target: str, protocol: int = 6, extensions: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """An IPv6 packet; ``extensions`` are (header number, body after its first two bytes), in order."""
    numbers = [number for number, _ in extensions] + [protocol]
    chain = b"".join(
        bytes([following, (len(body) + 2) // 8 - 1]) + body for (_, body), following in zip(extensions, numbers[1:], strict=True)
    )
    addresses = ipaddress.IPv6Address(source).packed + ipaddress.IPv6Address(target).packed
    return struct.pack("!IHBB", 0x60000000, len(chain) + len(payload), numbers[0], 64) + addresses + chain + payload


def ip(payload: bytes, source: str, target: str) -> bytes:
    return ipv6(payload, source, target) if ":" in source else ipv4(payload, source, target)


def ethertype_of(packet: bytes) -> int:
    return 0x86DD if packet[0] >> 4 == 6 else 0x0800


def ethernet(packet: bytes, tags: Sequence[int] = (), ethertype: int | None = None) -> bytes:
    """Ethernet; each tag is a VLAN ethertype (0x8100, 0x88a8, 0x9100)."""
    kind = ethertype_of(packet) if ethertype is None else ethertype
    data = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02" + b"".join(struct.pack("!HH", tag, 100) for tag in tags) + struct.pack("!H", kind) + packet
    return data.ljust(60, b"\xaa")  # short frames are padded on the wire: the padding is no payload


def sll(packet: bytes) -> bytes:
    return struct.pack("!HHH8sH", 0, 1, 6, b"\x02\0\0\0\0\x01\0\0", ethertype_of(packet)) + packet


def sll2(packet: bytes) -> bytes:
    return struct.pack("!HHIHBB8s", ethertype_of(packet), 0, 3, 1, 0, 6, b"\x02\0\0\0\0\x01\0\0") + packet


def mpls(packet: bytes) -> bytes:
    return ethernet(struct.pack("!II", 1000 << 12 | 64, 2000 << 12 | 1 << 8 | 64) + packet, ethertype=0x8847)


def pppoe(packet: bytes) -> bytes:
    return ethernet(
        struct.pack("!BBHHH", 0x11, 0, 1, len(packet) + 2, 0x0021 if packet[0] >> 4 == 4 else 0x0057) + packet, ethertype=0x8864
    )


def udp(payload: bytes, source: int, target: int) -> bytes:
    return struct.pack("!HHHH", source, target, 8 + len(payload), 0) + payload


def gre(packet: bytes) -> bytes:
    return ethernet(ipv4(struct.pack("!HHI", 0x2000, ethertype_of(packet), 42) + packet, "203.0.113.1", "203.0.113.2", 47))


def vxlan(packet: bytes) -> bytes:
    return ethernet(ipv4(udp(struct.pack("!II", 0x08000000, 77 << 8) + ethernet(packet), 40000, 4789), "203.0.113.1", "203.0.113.2", 17))


def geneve(packet: bytes) -> bytes:
    return ethernet(
        ipv4(udp(struct.pack("!BBHI", 0, 0, 0x6558, 77 << 8) + ethernet(packet), 40000, 6081), "203.0.113.1", "203.0.113.2", 17)
    )


def erspan(packet: bytes) -> bytes:
    inner = struct.pack("!HHI", 0x1000, 0x88BE, 1) + struct.pack("!II", 0x10010001, 0) + ethernet(packet)
    return ethernet(ipv4(inner, "203.0.113.1", "203.0.113.2", 47))


def ip_in_ip(packet: bytes) -> bytes:
    return ethernet(ipv4(packet, "203.0.113.1", "203.0.113.2", 4 if packet[0] >> 4 == 4 else 41))


@dataclass
class Dialogue:
    """A TCP connection under construction. Each call adds packets; ``frame`` wraps an IP packet in a link layer."""

    client: str = FTD
    server: str = FMC
    client_port: int = 40001
    server_port: int = 8305
    frame: Callable[[bytes], bytes] = ethernet
    link: int = ETHERNET
    start: int = START
    mss: int = 1400
    client_isn: int = 0xFFFFFF00  # the sequence numbers wrap within every dialogue
    server_isn: int = 5000
    packets: list[Packet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.next = {"client": self.client_isn, "server": self.server_isn}

    def ends(self, sender: str) -> tuple[str, int, str, int]:
        ends = (self.client, self.client_port, self.server, self.server_port)
        return ends if sender == "client" else (ends[2], ends[3], ends[0], ends[1])

    def tcp(self, sender: str, flags: int, payload: bytes = b"", sequence: int | None = None) -> bytes:
        """One TCP segment as an IP packet."""
        source, source_port, target, target_port = self.ends(sender)
        other = "server" if sender == "client" else "client"
        number = self.next[sender] if sequence is None else sequence
        acknowledged = self.next[other] if flags & ACK else 0
        segment = struct.pack("!HHIIBBHHH", source_port, target_port, number % 2**32, acknowledged % 2**32, 0x50, flags, 64240, 0, 0)
        both = ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed
        pseudo = both + struct.pack("!II", len(segment) + len(payload), 6)
        segment = segment[:16] + struct.pack("!H", checksum((pseudo + segment + payload) + b"\0" * (len(payload) % 2))) + segment[18:]
        return ip(segment + payload, source, target)

    def add(self, packet: bytes, gap: int = 1_000_000) -> None:
        """Add a ready IP packet, ``gap`` nanoseconds after the previous one."""
        time = self.packets[-1].time + gap if self.packets else self.start
        self.packets.append(Packet(time, self.frame(packet), self.link))

    def send(self, sender: str, flags: int, payload: bytes = b"") -> Dialogue:
        self.add(self.tcp(sender, flags, payload))
        self.next[sender] += len(payload) + bool(flags & SYN) + bool(flags & FIN)
        return self

    def open(self) -> Dialogue:
        return self.send("client", SYN).send("server", SYN | ACK).send("client", ACK)

    def say(self, said: Iterable[tuple[str, bytes]], first: int | None = None) -> Dialogue:
        """Send data in segments of at most ``mss`` bytes, the very first of ``first`` bytes, each flight acknowledged."""
        for sender, data in said:
            at = 0
            while at < len(data):
                size = first or self.mss
                first = None
                self.send(sender, ACK | PSH, data[at : at + size])
                at += size
            self.send("server" if sender == "client" else "client", ACK)
        return self

    def finish(self, by: str = "client") -> Dialogue:
        other = "server" if by == "client" else "client"
        return self.send(by, FIN | ACK).send(other, FIN | ACK).send(by, ACK)

    def reset(self, by: str = "server") -> Dialogue:
        return self.send(by, RST | ACK)

    def data_packets(self) -> list[int]:
        """Indexes of the packets that carry payload."""
        plain = len(self.frame(self.tcp("client", ACK)))
        return [i for i, packet in enumerate(self.packets) if len(packet.data) > plain]


def shuffled(packets: Sequence[Packet], first: int, last: int, seed: int = 1) -> list[Packet]:
    """The packets with those of [first, last) in another order, times kept ascending."""
    order = list(range(first, last))
    random.Random(seed).shuffle(order)  # noqa: S311 - a test, not a key
    order = [*range(first), *order, *range(last, len(packets))]
    return [replace(packets[i], time=packets[n].time) for n, i in enumerate(order)]


def pcap(packets: Iterable[Packet], *, big: bool = False, nanoseconds: bool = False, snap: int = 262144) -> bytes:
    """A classic pcap file; all packets of one link type."""
    packets = list(packets)
    order, unit = (">" if big else "<"), (1 if nanoseconds else 1000)
    link = packets[0].link if packets else ETHERNET
    out = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, snap, link)]
    for packet in packets:
        seconds, rest = divmod(packet.time, 1_000_000_000)
        length = len(packet.data) if packet.length is None else packet.length
        out.append(struct.pack(order + "IIII", seconds, rest // unit, len(packet.data), length) + packet.data)
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += b"\0" * (-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def section(packets: Iterable[Packet], *, big: bool = False, resolution: int = 9, simple: bool = False) -> bytes:
    """One pcapng section, an interface per link type. ``resolution``: decimal digits of its clock. ``simple``: packets without a time."""
    packets = list(packets)
    order = ">" if big else "<"
    out = [block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)]
    links = list(dict.fromkeys(packet.link for packet in packets)) or [ETHERNET]
    for link in links:
        option = struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
        out.append(block(1, struct.pack(order + "HHI", link, 0, 262144) + option, order))
    out.append(block(5, struct.pack(order + "III", 0, 0, 0), order))  # interface statistics: not a packet
    for packet in packets:
        length = len(packet.data) if packet.length is None else packet.length
        if simple:
            out.append(block(3, struct.pack(order + "I", length) + packet.data, order))
            continue
        ticks = packet.time * 10**resolution // 10**9
        head = struct.pack(order + "IIIII", links.index(packet.link), ticks >> 32, ticks & 0xFFFFFFFF, len(packet.data), length)
        out.append(block(6, head + packet.data, order))
    return b"".join(out)

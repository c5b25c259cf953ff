"""One peer block of a status output, gathered line by line and turned into a `PeerStatus`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address

from msgspec import Struct, field

from analyzer.model.outputs import PeerStatus
from analyzer.read.outputs.page import Page

_BEHIND_CHANNELS = frozenset(("registration", "connection", "heartbeat send time", "heartbeat received time"))
"""Lines that stand behind those of both channels: a channel that is not listed before them is not there."""


class PeerBlock(Struct):
    """What was read of one peer so far. ``header`` is False for a block that began without a ``PEER:`` or ``RUN STATUS`` line.
    ``number`` is its place among the blocks of its output, from 0.

    ``channels`` holds "control"/"event" with what was said of each;
    ``channels_listed`` tells that a line behind both was seen; ``ended`` tells that its last lines, or something after it, were seen.
    """

    first: int
    header: bool
    number: int
    last: int = 0
    name: str = ""
    address: str = ""
    uuid: str = ""
    channels: dict[str, bool] = field(default_factory=dict)
    registration: str = ""
    connected_since: datetime | None = None
    attempted_at: datetime | None = None
    last_disconnect: datetime | None = None
    last_disconnect_reason: str = ""
    heartbeat_sent: datetime | None = None
    heartbeat_received: datetime | None = None
    rpc_failed: bool = False
    sw_version: str = ""
    sw_build: str = ""
    titled: str = ""
    interface: str = ""
    local_addresses: list[str] = field(default_factory=list)
    paths: dict[str, None] = field(default_factory=dict)
    started: bool = False
    dropped: bool = False
    ended: bool = False
    channels_listed: bool = False
    seen: set[str] = field(default_factory=set)
    telling: list[str] = field(default_factory=list)

    def note(self, index: int, text: str, kind: str = "") -> None:
        """A line of this block that says something."""
        self.last = max(self.last, index)
        if len(self.telling) < 24:
            self.telling.append(text)
        if kind:
            self.seen.add(kind)
        if self.channels and kind in _BEHIND_CHANNELS:
            self.channels_listed = True

    def name_peer(self, written: str) -> None:
        """The other end as an output names it: an address or a name."""
        if is_address(written):
            self.address = self.address or written
        elif written:
            self.name = self.name or written

    def title(self, written: str) -> None:
        """The name in the header. One that looks like an address is only a name where a connection goes to another."""
        self.name_peer(written)
        self.titled = written if is_address(written) else ""

    def connects_to(self, written: str) -> None:
        """The other end of a connection: its address, whatever the header calls the peer."""
        if is_address(written) and self.titled and self.address == self.titled != written:
            self.name, self.address = self.name or self.titled, written
        self.name_peer(written)

    def names(self) -> Iterator[str]:
        """What the peer is called so far, in lower case: name, address, UUID. A name in the header that
        looks like an address may turn out to be no address."""
        return (name.lower() for name in (self.name, self.address, self.uuid) if name)

    def channel(self, which: str, up: bool) -> None:
        """What a line says of a channel: up only when no line says otherwise."""
        self.channels[which] = self.channels.get(which, True) and up

    def says_something(self) -> bool:
        """More than a bare ``PEER:`` line."""
        return bool(self.seen - {"key file"})

    def status(self, page: Page, shared_addresses: tuple[str, ...], command: str, own_interface: str = "") -> PeerStatus:
        """The fact. A peer whose complete block shows an attempt or a disconnect, and no channel, is down (field notes 3.6)."""
        control, event = self.channels.get("control"), self.channels.get("event")
        if (self.ended and (self.channels or self._shows_down())) or self.channels_listed:
            control, event = bool(control), bool(event)
        taken = [time for time in (self.attempted_at, self.heartbeat_sent, self.heartbeat_received) if time is not None]
        return PeerStatus(
            peer_name=self.name,
            peer_address=self.address,
            peer_uuid=self.uuid.lower(),
            control=control,
            event=event,
            registration=self.registration,
            connected_since=self.connected_since,
            attempted_at=self.attempted_at,
            last_disconnect=self.last_disconnect,
            last_disconnect_reason=self.last_disconnect_reason,
            heartbeat_received=self.heartbeat_received,
            taken=max(taken, default=None),
            rpc_failed=self.rpc_failed,
            sw_version=self.sw_version,
            sw_build=self.sw_build,
            interface=self.interface or own_interface,
            local_addresses=tuple(dict.fromkeys([*shared_addresses, *self.local_addresses])),
            complete=self.ended,
            evidence=page.evidence(self.first, self.last, "\n".join(self.telling)),
            host=page.host(self.first),
            command=command,
            paths=tuple(self.paths)[:8],
        )

    def _shows_down(self) -> bool:
        if self.started and not (
            self.connected_since is not None and self.last_disconnect is not None and self.connected_since <= self.last_disconnect
        ):
            return False
        return self.dropped


def is_address(text: str) -> bool:
    """An IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

"""A manager and its devices: who holds which certificate, and what a renewal changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.lab.cast import COLLECTED, REGISTERED, Appliance
from tests.lab.certificates import Credential
from tests.lab.pki import InternalCA
from tests.lab.tls import Party

CONNECTED, DEGRADED, DOWN = "connected", "degraded", "down"
FILES = ("cacert.pem", "sftunnel-key.pem", "sftunnel-cert.pem")
"""What a renewal pushes to a device, in the order of FAILED_PUSH (document 222464)."""


@dataclass
class Tunnel:
    """The tunnel between a manager and one device.

    ``pushed`` is the leaf that the FMC keeps for the device in certs_pushed; ``leaf`` and ``trust`` are what the device really holds.
    ``since``: connected since, or the last disconnect. ``written`` is when the device's files were last written.
    ``registration`` is the word of ``show managers``; only a completed one has files on the device. ``answers_rpc`` False: calls over the
    tunnel get no answer although it is up (document 225502). ``old_library``: the device takes SHA-1 signatures still.
    """

    device: Appliance
    pushed: Credential
    leaf: Credential
    trust: Credential
    written: datetime
    serial: int
    state: str = CONNECTED
    registration: str = "Completed"
    answers_rpc: bool = True
    old_library: bool = False
    since: datetime = COLLECTED - timedelta(days=112, hours=3)

    @property
    def party(self) -> Party:
        """The device's end of a handshake."""
        return Party(self.leaf, self.trust, old=self.old_library)


@dataclass(frozen=True)
class Renewal:
    """A run of generate_certs.pl. ``started`` names the folder of FAILED_PUSH; ``failed`` are devices not reached."""

    started: datetime
    replaced: Credential
    failed: tuple[Appliance, ...]

    @property
    def epoch(self) -> int:
        """The folder name: ``/var/tmp/certs/<epoch>/`` (field notes 1, fact 8)."""
        return int(self.started.timestamp())


@dataclass
class Site:
    """One FMC with its InternalCA and its tunnels. ``vdb`` 399 and later warn of the expiry (document 222464).

    ``stopped`` are boxes whose sftunnel process does not run. ``interfaces`` are the FMC's management interfaces besides eth0, name and
    address. ``started`` is when a process that runs began, by UUID of its box, where a story tells it.
    """

    fmc: Appliance
    ca: InternalCA
    vdb: int = 392
    hotfix: str = ""
    stopped: tuple[Appliance, ...] = ()
    interfaces: tuple[tuple[str, str], ...] = ()
    started: dict[str, datetime] = field(default_factory=dict)
    leaf: Credential = field(init=False)
    tunnels: list[Tunnel] = field(default_factory=list)
    renewals: list[Renewal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.leaf = self.ca.issue(self.fmc.address, serial=1, at=max(self.ca.not_before, REGISTERED - timedelta(days=30)))

    def register(self, *devices: Appliance) -> Site:
        """The FMC issues each device a leaf, which the device then holds beside the CA."""
        for device in devices:
            number = len(self.tunnels)
            at = max(self.ca.not_before, REGISTERED) + timedelta(minutes=10 * number)
            leaf = self.ca.issue(device.address, serial=number + 2, at=at)
            self.tunnels.append(Tunnel(device, leaf, leaf, self.ca.root, at, number + 2))
        return self

    def tunnel(self, device: Appliance) -> Tunnel:
        """The tunnel to that device."""
        return next(t for t in self.tunnels if t.device == device)

    def refresh(self, device: Appliance, at: datetime) -> None:
        """The files that the FMC keeps for the device are copied to it at that moment, all three."""
        tunnel = self.tunnel(device)
        tunnel.leaf, tunnel.trust, tunnel.written = tunnel.pushed, self.ca.root, at

    def cut(self, device: Appliance, at: datetime) -> None:
        """The tunnel to ``device`` goes down at that moment and does not come back."""
        tunnel = self.tunnel(device)
        tunnel.state, tunnel.since = DOWN, at

    def renew(self, at: datetime, hotfix: str) -> Renewal:
        """Run generate_certs.pl: a new CA 14 s later, a new leaf for each; tunnels that are up take their files, the others do not."""
        self.hotfix = hotfix
        replaced = self.ca.root
        self.ca = self.ca.renewed(at + timedelta(seconds=14))
        issued = self.ca.not_before + timedelta(seconds=3)
        self.leaf = self.ca.issue(self.fmc.address, serial=1, at=issued)
        failed = []
        for tunnel in self.tunnels:
            tunnel.pushed = self.ca.issue(tunnel.device.address, serial=tunnel.serial, at=issued)
            if tunnel.state == DOWN:
                failed.append(tunnel.device)
            else:
                tunnel.leaf, tunnel.trust, tunnel.written = tunnel.pushed, self.ca.root, issued
        renewal = Renewal(at, replaced, tuple(failed))
        self.renewals.append(renewal)
        return renewal

    @property
    def party(self) -> Party:
        """The manager's end of a handshake."""
        return Party(self.leaf, self.ca.root)

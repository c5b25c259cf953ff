"""Scenes that several stories share: a day of two logs, tunnels that come up, tunnels that fail again and again."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.lab.cast import COLLECTED, Appliance
from tests.lab.logs import ATTEMPT_EVERY, Log, attempts
from tests.lab.noise import everyday, transfers
from tests.lab.site import DOWN, Site
from tests.lab.tls import Outcome, handshake

ROTATED = COLLECTED - timedelta(hours=15, minutes=27)
"""When ``messages`` was rotated last: what is older is in ``messages.1.gz``."""


@dataclass
class Day:
    """The logs of all boxes of a site on the day that the bundles were made. Handshakes are real (`tests.lab.tls`).

    ``dated`` are the boxes that log their tunnel to ``comms.log``, whose times have a year. ``ahead`` is by how much the clock of a box (by
    UUID) is ahead of the true time, which is the FMC's: what the box logs of its tunnel bears its own time.
    """

    site: Site
    version: str = "TLSv1.2"
    minutes: int = 25
    dated: tuple[Appliance, ...] = ()
    ahead: dict[str, timedelta] = field(default_factory=dict)
    logs: dict[str, Log] = field(default_factory=dict)

    def log(self, box: Appliance) -> Log:
        """The log of that box, with its everyday noise."""
        if box.uuid not in self.logs:
            fmc = box == self.site.fmc
            log = Log(box.host, pid=1504 if fmc else 50792, process="sftunneld" if fmc else "sftunnel", dated=box in self.dated)
            everyday(log, ROTATED - timedelta(hours=6), COLLECTED, fmc=fmc)
            self.logs[box.uuid] = log
        return self.logs[box.uuid]

    def healthy(self, device: Appliance) -> None:
        """The tunnel carries files. If it came up within the logs, that is there too."""
        tunnel = self.site.tunnel(device)
        transfers(self.log(self.site.fmc), max(ROTATED - timedelta(hours=6), tunnel.since), COLLECTED, device.uuid)
        if tunnel.since > ROTATED - timedelta(hours=6):
            self.log(device).established(tunnel.since - timedelta(seconds=1), 51982, self.site.fmc.address)

    def failing(self, device: Appliance, *, manager_dials: bool = False) -> Outcome:
        """The tunnel fails: a burst right after it went down (if the logs reach back), and the last minutes before collection."""
        tunnel, fmc = self.site.tunnel(device), self.site.fmc
        assert tunnel.state == DOWN
        at = COLLECTED + self.ahead[device.uuid] if device.uuid in self.ahead else None
        if manager_dials:
            outcome = handshake(self.site.party, tunnel.party, self.version, at=at)
        else:
            outcome = handshake(tunnel.party, self.site.party, self.version, at=at)
        assert not outcome.established
        if tunnel.since > ROTATED - timedelta(hours=6):
            self.log(device).went_down(tunnel.since + self._ahead(device), 51980, fmc.address)
            self.log(fmc).went_down(tunnel.since, 4169, device.address)
            self._attempts(device, outcome, manager_dials, tunnel.since + timedelta(seconds=31), 12)
        self._attempts(device, outcome, manager_dials, COLLECTED - timedelta(minutes=self.minutes), self.minutes)
        return outcome

    def unreached(self, device: Appliance, error: int) -> None:
        """The device dials and TCP fails with that errno: right after the tunnel went down, and in the last minutes before collection."""
        tunnel, log = self.site.tunnel(device), self.log(device)
        log.went_down(tunnel.since, 51980, self.site.fmc.address)
        for start in (tunnel.since + timedelta(seconds=20), COLLECTED - timedelta(minutes=self.minutes)):
            for when, tid in attempts(start, start + timedelta(minutes=self.minutes)):
                log.tcp_failed(when, tid, self.site.fmc.address, os.strerror(error))

    def _ahead(self, box: Appliance) -> timedelta:
        return self.ahead.get(box.uuid, timedelta())

    def _attempts(self, device: Appliance, outcome: Outcome, manager_dials: bool, start: datetime, minutes: int) -> None:
        here, there = (self.site.fmc, device) if manager_dials else (device, self.site.fmc)
        offset = timedelta(seconds=int(device.address.rsplit(".", 1)[-1]) % 40)  # devices do not retry in step
        for when, tid in attempts(start + offset, start + timedelta(minutes=minutes), ATTEMPT_EVERY):
            self.log(here).failed_as_client(when + self._ahead(here), tid, there.address, outcome.client)
            self.log(there).failed_as_server(
                when + self._ahead(there), 4171 + tid % 7 + 10 * int(device.address.rsplit(".", 1)[-1]), here.address, outcome.server
            )


def pasted(host: str, command: str, output: str, folder: str = "/Volume/home/admin") -> str:
    """A command and its output as a person copies them from a terminal, prompt included."""
    return f"root@{host}:{folder}# {command}\n{output}root@{host}:{folder}# \n"

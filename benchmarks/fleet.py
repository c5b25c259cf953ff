"""One manager with many devices, three in ten of which are down: its bundle, and bundles of every twentieth device."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.pki import expired_ca
from benchmarks.text import REFUSED
from tests.lab.bundle import pack
from tests.lab.cast import COLLECTED, FMC_1, Appliance, uuid_v1
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.logs import Log
from tests.lab.site import Site

_RENEWED = COLLECTED - timedelta(days=2)
_ATTEMPTS = 12


def fleet(folder: Path, count: int) -> None:
    """The case: an expired InternalCA that was renewed while three in ten devices were down."""
    folder.mkdir(parents=True)
    devices = [_device(number) for number in range(count)]
    site = Site(FMC_1, expired_ca()).register(*devices)
    down = [tunnel for number, tunnel in enumerate(site.tunnels) if number % 10 < 3]
    for tunnel in down:
        tunnel.state, tunnel.since = "down", COLLECTED - timedelta(days=20)
    site.renew(_RENEWED, "Cisco_Firepower_Mgmt_Center_Hotfix_FZ-7.2.9.99-4")
    log = Log(FMC_1.host, pid=1504, process="sftunneld")
    for number, tunnel in enumerate(down):
        for attempt in range(_ATTEMPTS):
            when = COLLECTED - timedelta(seconds=44 * (_ATTEMPTS - attempt), milliseconds=number)
            log.failed_as_server(when, 4171 + number, tunnel.device.address, REFUSED)
    (folder / "fmc-1-troubleshoot.tar.gz").write_bytes(pack(fmc_tree(site, COLLECTED, log), COLLECTED))
    for device in devices[::20]:
        (folder / f"{device.host}-troubleshoot.tar.gz").write_bytes(pack(ftd_tree(device, [site], COLLECTED), COLLECTED))


def _device(number: int) -> Appliance:
    made = datetime(2018, 3, 1, 10, 0, 30, tzinfo=COLLECTED.tzinfo) + timedelta(minutes=number)
    address = f"10.20.{number >> 8}.{number & 255}"
    return Appliance(f"ftd-{number:04d}", address, uuid_v1(made, number), "7.2.5", "208", "Cisco Firepower 1120 Threat Defense")

"""Nobody answers the door."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, SEOUL, VALID_SINCE
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import pmtool_status
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day, pasted
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CLEAR, DOWN, RENEW, Expected, Story
from tests.lab.wire import Wire

NAME = "16-fmc-process-stopped"


def tell(stage: Stage) -> Story:
    """sftunnel of the FMC does not run: a reset for every SYN."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE), vdb=410, stopped=(FMC_1,)).register(BERLIN, SEOUL)
    day = Day(site, minutes=12)
    for device in (BERLIN, SEOUL):
        site.cut(device, COLLECTED - timedelta(hours=2, minutes=14))
        day.unreached(device, errno.ECONNREFUSED)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    berlin = ftd_tree(BERLIN, [site], COLLECTED, day.log(BERLIN), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    terminal = pasted(FMC_1.host, "pmtool status | grep -A3 sftunnel", pmtool_status(None).split("\n\n")[1].split("\nadi")[0] + "\n")
    sockets = f"tcp        0      0 {FMC_1.address}:8305       {BERLIN.address}:51022      TIME_WAIT\n"
    terminal += pasted(FMC_1.host, "netstat -ant | grep 8305", sockets)

    def play(wire: Wire, _: ExitStack) -> None:
        for _attempt in range(2):
            assert wire.connect(SEOUL.address, FMC_1.address) == os.strerror(errno.ECONNREFUSED)

    expected = Expected("high").manager(FMC_1, "look-elsewhere").finding("sftunnel-not-running", FMC_1.uuid, AFFECTED)
    for device in (BERLIN, SEOUL):
        expected.device(device, DOWN, "look-elsewhere").finding("handshake-failed", device.uuid, AFFECTED)
        expected.commands_for(device, must_not=["certs_pushed"])
    expected.finding("internal-ca-expired", FMC_1.uuid, CLEAR).commands_for(FMC_1, must_not=[RENEW])
    expected.never("internal-ca-expired", "internal-ca-expiring", "handshake-failed-expired", "leaf-not-issued-by-current-ca")
    capture = stage.film(NAME, "ftd-seoul-8305.pcap", COLLECTED - timedelta(minutes=12), [FMC_1], [SEOUL], play)
    return Story(
        NAME,
        """Every device of fmc-1.example went "Disabled" at the same minute. The InternalCA lasts until 2034. In the devices' logs
        each attempt ends in "Connection refused", a capture at ftd-seoul shows a reset for each SYN, and on the FMC `pmtool status`
        says that sftunnel is disabled and `netstat` shows nothing that listens on 8305.""",
        """the sftunnel process of the FMC does not run: that alone explains every tunnel. See why it stopped; no certificate is at
        fault, none is renewed or copied.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "fmc-1-terminal.txt": terminal.encode(),
            "ftd-berlin-troubleshoot.tar.gz": pack(berlin, COLLECTED),
            "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED),
        }
        | capture,
    )

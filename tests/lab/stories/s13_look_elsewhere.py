"""Not the certificates."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from tests.lab.assumed import assumed
from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, LIMA
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.logs import attempts
from tests.lab.pki import InternalCA, talos_lookalike
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story
from tests.lab.wire import Wire

NAME = "13-look-elsewhere"
TIMED_OUT = os.strerror(errno.ETIMEDOUT)


def tell(stage: Stage) -> Story:
    """A filter drops the device's SYN; an expired Talos certificate lies about, as a false trail."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, datetime(2024, 10, 7, 12, 16, 56, tzinfo=UTC)), vdb=410).register(BERLIN, LIMA)
    site.cut(LIMA, COLLECTED - timedelta(hours=16, minutes=20))
    day = Day(site)
    day.healthy(BERLIN)
    log = day.log(LIMA)
    log.went_down(site.tunnel(LIMA).since, 51980, FMC_1.address)
    for start in (site.tunnel(LIMA).since + timedelta(seconds=20), COLLECTED - timedelta(minutes=25)):
        for when, tid in attempts(start, start + timedelta(minutes=24)):
            log.tcp_failed(when, tid, FMC_1.address, TIMED_OUT)
    for hours in (3, 7, 11):
        when = COLLECTED - timedelta(hours=hours)
        log.raw(when, f"SF-IMS[3911]: [3962] CloudAgent:Beaker [WARN] {assumed('log.other-expired')}")
    lima = ftd_tree(LIMA, [site], COLLECTED, log, rotated_before=ROTATED)
    lima.add(assumed("beaker.path"), talos_lookalike().pem, datetime(2022, 4, 1, 9, 0, tzinfo=UTC))
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)

    def play(wire: Wire, _: ExitStack) -> None:
        wire.lose(FMC_1.address)
        assert wire.connect(LIMA.address, FMC_1.address) == TIMED_OUT

    expected = (
        Expected("high")
        .manager(FMC_1, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(LIMA, DOWN, "look-elsewhere")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("leaf-not-issued-by-current-ca", LIMA.uuid, CLEAR)
        .finding("handshake-failed", LIMA.uuid, AFFECTED)
        .finding("tunnel-down-certificates-healthy", LIMA.uuid, AFFECTED)
        .finding("other-certificate-expired", "beaker client", AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring", "handshake-failed-expired", "leaf-not-issued-by-current-ca")
        .never("issuer-of-another-manager", "push-failed")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(LIMA, must_not=["certs_pushed"])
    )
    capture = stage.film(NAME, "ftd-lima-8305.pcap", COLLECTED - timedelta(minutes=25), [FMC_1], [LIMA], play)
    return Story(
        NAME,
        """ftd-lima has been down since the morning. The InternalCA lasts until 2034, the device holds the CA of the FMC and a
        leaf signed by it. A capture at the device shows its SYN to port 8305 of the FMC repeated and never answered. In the
        same bundle lies a certificate of the Talos service (issuer Keymaster CA 2, see CSCwo63951) that ended in March 2025,
        and another process complains of it in the log.""",
        """the certificates are healthy: check the path between the appliances (filter, route, port 8305). The expired Talos
        certificate is mentioned as information and has nothing to do with the tunnel. No certificate is renewed or copied.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-lima-troubleshoot.tar.gz": pack(lima, COLLECTED)} | capture,
    )

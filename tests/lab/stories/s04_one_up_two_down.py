"""Expired, and two devices have already lost their tunnels."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """Case A of the matrix: both sides hold the same expired CA; the FTD dials and refuses."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, SEOUL, LIMA)
    site.cut(SEOUL, COLLECTED - timedelta(hours=17, minutes=11))
    site.cut(LIMA, COLLECTED - timedelta(days=12, hours=2))
    day = Day(site)
    day.healthy(BERLIN)
    day.failing(SEOUL)
    day.failing(LIMA)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    folder = f"/var/sf/peers/{FMC_1.uuid}"
    expected = (
        Expected("critical")
        .manager(FMC_1, "expired-mixed")
        .device(BERLIN, CONNECTED, "expired-connected")
        .device(SEOUL, DOWN, "expired-down")
        .device(LIMA, DOWN, "expired-down")
        .finding("internal-ca-expired", FMC_1.uuid, AFFECTED)
        .finding("handshake-failed-expired", SEOUL.uuid, AFFECTED)
        .finding("handshake-failed-expired", LIMA.uuid, AFFECTED)
        .never("internal-ca-expiring", "leaf-not-issued-by-current-ca", "issuer-of-another-manager", "push-failed")
        .never("tunnel-down-certificates-healthy", "other-certificate-expired")
        .commands_for(FMC_1, must=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must=[folder, RESTART])
        .commands_for(LIMA, must=[folder, RESTART])
    )
    return Story(
        "04-expired-one-up-two-down",
        """The InternalCA of fmc-1.example ended on 22 September 2026. ftd-lima was rebooted ten days ago, ftd-seoul lost its
        network for a minute yesterday; neither tunnel has reconnected since, and every 44 seconds another attempt fails.
        ftd-berlin is still connected. Given are the bundles of the FMC and of ftd-seoul.""",
        """the InternalCA has expired; one device is still connected, two are down. The FMC is renewed while the tunnel of ftd-berlin is up
        (no upgrade, no reboot), then the new files go to ftd-seoul and ftd-lima by script or by hand. sftunnel is restarted on
        those two only.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED)},
    )

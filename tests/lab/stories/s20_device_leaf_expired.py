"""The leaf falls before the tree."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, LIMA, SEOUL, VALID_SINCE
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """Two device certificates that ended under a valid CA; for one of them the FMC keeps a newer one."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE), vdb=410).register(BERLIN, SEOUL, LIMA)
    day = Day(site)
    day.healthy(BERLIN)
    for device, hours in ((SEOUL, 14), (LIMA, 20)):
        tunnel = site.tunnel(device)
        tunnel.leaf = site.ca.issue(device.address, serial=tunnel.serial + 20, at=VALID_SINCE, days=730)
        if device == LIMA:
            tunnel.pushed = tunnel.leaf
        site.cut(device, COLLECTED - timedelta(hours=hours))
        outcome = day.failing(device)
        assert (outcome.server.verify_code, outcome.client.alert_received) == (10, 45)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    lima = ftd_tree(LIMA, [site], COLLECTED, day.log(LIMA), rotated_before=ROTATED)
    expected = Expected("high").manager(FMC_1, "healthy").device(BERLIN, CONNECTED, "healthy")
    expected.device(SEOUL, DOWN, "missed-renewal").device(LIMA, DOWN, "look-elsewhere")
    for device in (SEOUL, LIMA):
        expected.finding("device-leaf-expired", device.uuid, AFFECTED).finding("handshake-failed-expired", device.uuid, AFFECTED)
    expected.finding("internal-ca-expired", FMC_1.uuid, CLEAR).commands_for(FMC_1, must_not=[RENEW])
    expected.never("internal-ca-expired", "internal-ca-expiring", "leaf-not-issued-by-current-ca", "tunnel-down-certificates-healthy")
    expected.commands_for(BERLIN, must_not=[RESTART]).commands_for(SEOUL, must=[f"/var/sf/peers/{FMC_1.uuid}", RESTART])
    expected.commands_for(LIMA, must_not=["cat ", ".backup", RESTART])
    return Story(
        "20-device-leaf-expired",
        """The InternalCA of fmc-1.example lasts until 2034, but the certificates of two devices were made for two years only and
        ended on 7 October 2026: after last night's reboot neither reconnected. For ftd-seoul the FMC keeps a newer certificate that
        never reached it; for ftd-lima it keeps the expired one as well.""",
        """two device certificates have expired under a valid InternalCA. ftd-seoul gets the newer files that the FMC already keeps
        for it; ftd-lima needs a new certificate first, which no public document describes: TAC. generate_certs.pl is not run for
        it.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED),
            "ftd-lima-troubleshoot.tar.gz": pack(lima, COLLECTED),
        },
    )

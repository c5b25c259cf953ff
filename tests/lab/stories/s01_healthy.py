"""Everything is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import CLEAR, CONNECTED, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """An InternalCA with eight years to go; ftd-seoul reconnected in the morning, so that a good handshake is in its log."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, datetime(2024, 10, 7, 12, 16, 56, tzinfo=UTC)), vdb=410).register(BERLIN, SEOUL)
    site.tunnel(SEOUL).since = COLLECTED - timedelta(hours=9, minutes=4)
    day = Day(site, dated=(SEOUL,))
    for device in (BERLIN, SEOUL):
        day.healthy(device)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    berlin = ftd_tree(BERLIN, [site], COLLECTED, day.log(BERLIN), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED, newer=True)
    expected = (
        Expected("none")
        .manager(FMC_1, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(SEOUL, CONNECTED, "healthy")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("internal-ca-expiring", FMC_1.uuid, CLEAR)
        .finding("leaf-not-issued-by-current-ca", BERLIN.uuid, CLEAR)
        .finding("leaf-not-issued-by-current-ca", SEOUL.uuid, CLEAR)
        .never("handshake-failed", "handshake-failed-expired", "issuer-of-another-manager", "push-failed")
        .never("tunnel-down-certificates-healthy", "other-certificate-expired")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must_not=[RESTART])
    )
    return Story(
        "01-healthy",
        """A routine check. fmc-1.example manages ftd-berlin and ftd-seoul; its InternalCA lasts until October 2034, both
        tunnels are up, and both devices hold the CA of the FMC and leaves signed by it. ftd-seoul logs to comms.log, as newer
        releases do, and prints the newer form of `show managers`; its bundle has a folder at the top.""",
        """nothing to do. No finding, no command on any appliance.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "ftd-berlin-troubleshoot.tar.gz": pack(berlin, COLLECTED),
            "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED, prefix="results-11-22-2026--193000/"),
        },
    )

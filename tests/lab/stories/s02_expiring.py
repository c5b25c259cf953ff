"""Sixty days to go."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AT_RISK, CLEAR, CONNECTED, RENEW, RESTART, Expected, Story

ENDS = datetime(2027, 1, 22, 12, 0, tzinfo=UTC)


def tell(stage: Stage) -> Story:
    """The ideal moment to renew."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, ENDS), vdb=404).register(BERLIN, SEOUL)
    day = Day(site)
    for device in (BERLIN, SEOUL):
        day.healthy(device)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    berlin = ftd_tree(BERLIN, [site], COLLECTED, day.log(BERLIN), rotated_before=ROTATED)
    expected = (
        Expected("medium")
        .manager(FMC_1, "renew-in-time", not_after="2027-01-22T12:00:00Z")
        .device(BERLIN, CONNECTED, "renew-in-time")
        .device(SEOUL, CONNECTED, "renew-in-time")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("internal-ca-expiring", FMC_1.uuid, AT_RISK)
        .never("internal-ca-expired", "handshake-failed", "handshake-failed-expired", "leaf-not-issued-by-current-ca")
        .never("issuer-of-another-manager", "push-failed", "tunnel-down-certificates-healthy", "other-certificate-expired")
        .commands_for(FMC_1, must=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must_not=[RESTART])
    )
    return Story(
        "02-expiring-in-60-days",
        """The FMC has begun to warn (its VDB is 404): the InternalCA of fmc-1.example ends on 22 January 2027, sixty days after
        the day of this sample. Both tunnels are up. Given are the bundles of the FMC and of ftd-berlin.""",
        """at risk, with the date. Renew now, while every tunnel is up: hotfix, backup, sftunnel_status.pl, generate_certs.pl,
        and look again. Nothing is typed on a device.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-berlin-troubleshoot.tar.gz": pack(berlin, COLLECTED)},
    )

"""The device answers to somebody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, FMC_9, LIMA
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage, manager_dials
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story

NAME = "07-another-manager"


def tell(stage: Stage) -> Story:
    """Case F, sides swapped: fmc-1 dials ftd-lima, which shows a leaf of fmc-9's InternalCA."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, datetime(2024, 10, 7, 12, 16, 56, tzinfo=UTC)), vdb=410).register(BERLIN, LIMA)
    other = Site(FMC_9, InternalCA(FMC_9.uuid, datetime(2021, 11, 3, 9, 20, 9, tzinfo=UTC))).register(LIMA)
    moved = COLLECTED - timedelta(hours=17, minutes=40)
    site.cut(LIMA, moved)
    other.tunnel(LIMA).since = moved + timedelta(minutes=26)
    ours, theirs = site.tunnel(LIMA), other.tunnel(LIMA)
    ours.leaf, ours.trust = theirs.leaf, theirs.trust
    day = Day(site)
    day.healthy(BERLIN)
    outcome = day.failing(LIMA, manager_dials=True)
    assert outcome.client.verify_code == 19
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    lima = ftd_tree(LIMA, [other], COLLECTED, day.log(LIMA), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(FMC_1, "healthy")
        .manager(FMC_9, "unknown")
        .device(BERLIN, CONNECTED, "healthy")
        .device(LIMA, DOWN, "another-manager", tunnels={FMC_1.name: DOWN, FMC_9.name: CONNECTED})
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("issuer-of-another-manager", LIMA.uuid, AFFECTED)
        .finding("handshake-failed", LIMA.uuid, AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring", "handshake-failed-expired", "push-failed")
        .never("leaf-not-issued-by-current-ca", "tunnel-down-certificates-healthy", "other-certificate-expired")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(LIMA, must_not=[RESTART, "certs_pushed"])
    )
    capture = stage.film(
        NAME,
        "ftd-lima-8305.pcap",
        COLLECTED - timedelta(minutes=25) + timedelta(seconds=13),
        [FMC_1],
        [LIMA],
        lambda wire, stack: stack.enter_context(manager_dials(wire, LIMA, ours.party, FMC_1, site.party)),
    )
    return Story(
        NAME,
        """fmc-1.example shows ftd-lima as disabled since yesterday and keeps dialing it. The device, however, was registered to
        another FMC, fmc-9 at 203.0.113.90, and holds that one's CA and a leaf of it; its tunnel to fmc-9 is up. Given are
        the bundles of fmc-1 and ftd-lima, and a capture (TLS 1.2) of one attempt, in which the FMC is the TLS client.""",
        """the device belongs to another FMC: its leaf was issued by another FMC's InternalCA, and its PEERS_MAP.JSON does
        not know fmc-1. No certificate is copied; somebody decides which FMC it should have, and registers it again if that
        is fmc-1.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-lima-troubleshoot.tar.gz": pack(lima, COLLECTED)} | capture,
    )

"""Renewed in good time, and one device was asleep."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """Case G: the old set on the device is valid still, and fits nothing any more."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED + timedelta(days=400)), vdb=410).register(BERLIN, SEOUL)
    site.cut(SEOUL, RENEWED - timedelta(days=1))
    site.renew(RENEWED, HOTFIX)
    day = Day(site)
    day.healthy(BERLIN)
    outcome = day.failing(SEOUL)
    assert (outcome.client.verify_code, outcome.server.alert_received) == (7, 51)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(FMC_1, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(SEOUL, DOWN, "missed-renewal")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("handshake-failed", SEOUL.uuid, AFFECTED)
        .finding("leaf-not-issued-by-current-ca", SEOUL.uuid, AFFECTED)
        .finding("push-failed", SEOUL.uuid, AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring", "handshake-failed-expired", "issuer-of-another-manager")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must=[f"/var/sf/peers/{FMC_1.uuid}", RESTART])
    )
    return Story(
        "29-renewed-early",
        """fmc-1.example was renewed on 20 November, a year before its InternalCA would have ended. ftd-seoul was switched off that week and
        started again today: it refuses the FMC ("certificate signature failure", code 7), the FMC hears alert 51. Every certificate on both
        appliances is valid by its dates.""",
        """the device missed an early renewal: its set is valid still, but of the InternalCA of before. It gets the three new files, then
        sftunnel is restarted there. Nothing has expired, nothing is renewed.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED)},
    )

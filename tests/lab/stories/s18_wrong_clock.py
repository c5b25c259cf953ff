"""The certificate of tomorrow."""

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

BEHIND = timedelta(days=5, hours=3, minutes=7)


def tell(stage: Stage) -> Story:
    """Verify code 9: the device's clock is behind the beginning of the new CA."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(days=9, hours=6))
    site.renew(RENEWED, HOTFIX)
    site.refresh(SEOUL, RENEWED + timedelta(hours=4))
    site.started[SEOUL.uuid] = RENEWED + timedelta(hours=4, minutes=2) - BEHIND
    day = Day(site, ahead={SEOUL.uuid: -BEHIND})
    day.healthy(BERLIN)
    outcome = day.failing(SEOUL)
    assert (outcome.client.verify_code, outcome.server.alert_received) == (9, 42)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED - BEHIND, day.log(SEOUL), rotated_before=ROTATED - BEHIND)
    expected = (
        Expected("high")
        .manager(FMC_1, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(SEOUL, DOWN, "look-elsewhere")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("clock-skew", SEOUL.uuid, AFFECTED)
        .finding("handshake-failed", SEOUL.uuid, AFFECTED)
        .finding("renewed-not-restarted", SEOUL.uuid, CLEAR)
        .never("tunnel-down-certificates-healthy")
        .never("internal-ca-expired", "handshake-failed-expired", "leaf-not-issued-by-current-ca", "issuer-of-another-manager")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must=["date -u"], must_not=["certs_pushed"])
    )
    return Story(
        "18-wrong-clock",
        """fmc-1.example was renewed on 20 November, and ftd-seoul, which was down, got the right three files by hand. It still refuses
        the FMC: its clock is five days behind, so to the device the new InternalCA begins in the future ("certificate is not yet
        valid", code 9). Both appliances logged the same attempts, five days apart.""",
        """the certificates are right, the clock is wrong: the skew is measured from the two logs. Set the time of ftd-seoul by NTP;
        no certificate is renewed or copied.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED)},
    )

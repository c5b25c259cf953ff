"""This time it is the FMC's own certificate."""

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
    """Case H with its cause in sight: keys/sftunnel-cert.pem is the one of before, say from a backup."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED + timedelta(days=400)), vdb=410).register(BERLIN, SEOUL)
    before = site.leaf
    site.renew(RENEWED, HOTFIX)
    site.leaf = before
    site.cut(SEOUL, COLLECTED - timedelta(hours=6, minutes=30))
    site.started[SEOUL.uuid] = COLLECTED - timedelta(hours=6, minutes=27)
    day = Day(site)
    day.healthy(BERLIN)
    outcome = day.failing(SEOUL)
    assert (outcome.client.verify_code, outcome.server.alert_received) == (7, 51)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(FMC_1, "look-elsewhere")
        .device(BERLIN, CONNECTED, "unknown")
        .device(SEOUL, DOWN, "look-elsewhere")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("manager-leaf-not-current", FMC_1.uuid, AFFECTED)
        .finding("renewed-not-restarted", SEOUL.uuid, CLEAR)
        .finding("handshake-failed", SEOUL.uuid, AFFECTED)
        .never("internal-ca-expired", "handshake-failed-expired", "leaf-not-issued-by-current-ca", "device-ca-differs")
        .never("tunnel-down-certificates-healthy")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must_not=["certs_pushed", RESTART])
    )
    return Story(
        "22-manager-leaf-stale",
        """fmc-1.example was renewed early, on 20 November, with every tunnel up, and all devices took their new files. Then somebody
        restored /etc/sf/keys from a backup. ftd-seoul was rebooted this afternoon and refuses what the FMC shows ("certificate
        signature failure", code 7, alert 51); ftd-berlin keeps its old connection until it drops.""",
        """the FMC's own sftunnel-cert.pem is not of its current InternalCA. The devices hold the right files: copying to them again
        does not help. Nothing is restarted or rebooted before the FMC's certificate is right, or the other tunnels go as well.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED)},
    )

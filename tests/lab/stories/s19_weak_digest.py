"""An old signature, and a new library that minds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, LIMA, VALID_SINCE
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """CSCwa10423: after an upgrade the FMC refuses a leaf that was signed with SHA-1. Verify code 68, alert 42."""
    manager = replace(FMC_1, version="7.4.2", build="172")
    site = Site(manager, InternalCA(FMC_1.uuid, VALID_SINCE), vdb=410).register(BERLIN, LIMA)
    site.cut(LIMA, COLLECTED - timedelta(hours=8, minutes=50))
    tunnel = site.tunnel(LIMA)
    tunnel.leaf = tunnel.pushed = site.ca.issue(LIMA.address, serial=tunnel.serial, at=tunnel.leaf.not_before, sha1=True)
    tunnel.old_library = True
    day = Day(site)
    day.healthy(BERLIN)
    outcome = day.failing(LIMA)
    assert (outcome.server.verify_code, outcome.client.alert_received) == (68, 42)
    fmc = fmc_tree(site, COLLECTED, day.log(manager), rotated_before=ROTATED)
    lima = ftd_tree(LIMA, [site], COLLECTED, day.log(LIMA), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(manager, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(LIMA, DOWN, "look-elsewhere")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("handshake-failed", LIMA.uuid, AFFECTED)
        .never("internal-ca-expired", "handshake-failed-expired", "leaf-not-issued-by-current-ca", "issuer-of-another-manager")
        .never("tunnel-down-certificates-healthy")
        .commands_for(manager, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
    )
    return Story(
        "19-weak-digest",
        """fmc-1.example was upgraded to 7.4.2 this morning, and ftd-lima has been down since. Its certificate was signed with SHA-1
        years ago: by name, date and signature it is a healthy one of the current InternalCA, but the FMC now says "CA signature
        digest algorithm too weak" (code 68), and the device hears "bad certificate" (alert 42).""",
        """a certificate with a weak digest after an upgrade, Cisco bug CSCwa10423: this one device needs its certificate reissued,
        as the bug describes. The InternalCA is not renewed, and the path is not to blame.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-lima-troubleshoot.tar.gz": pack(lima, COLLECTED)},
    )

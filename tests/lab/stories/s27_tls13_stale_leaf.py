"""TLS 1.3 is not the trouble."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, OSLO
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story

SHORTLY = timedelta(days=2, hours=4)


def tell(stage: Stage) -> Story:
    """Case D on TLS 1.3: to the device its handshake is complete when the alert comes."""
    manager = replace(FMC_1, version="7.6.2", build="329")
    site = Site(manager, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, OSLO)
    site.tunnel(BERLIN).since = COLLECTED - SHORTLY
    site.cut(OSLO, COLLECTED - timedelta(hours=17))
    leaf = site.tunnel(OSLO).leaf
    site.renew(RENEWED, HOTFIX)
    site.tunnel(OSLO).trust, site.tunnel(OSLO).leaf = site.ca.root, leaf
    day = Day(site, version="TLSv1.3")
    day.healthy(BERLIN)
    outcome = day.failing(OSLO)
    assert (outcome.server.verify_code, outcome.client.alert_received) == (7, 51)
    fmc = fmc_tree(site, COLLECTED, day.log(manager), rotated_before=ROTATED, tls="TLSv1.3")
    oslo = ftd_tree(OSLO, [site], COLLECTED, day.log(OSLO), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(manager, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(OSLO, DOWN, "partial-copy")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("handshake-failed", OSLO.uuid, AFFECTED)
        .finding("leaf-not-issued-by-current-ca", OSLO.uuid, AFFECTED)
        .never("internal-ca-expired", "handshake-failed-expired", "issuer-of-another-manager", "tunnel-down-certificates-healthy")
        .commands_for(manager, must_not=[RENEW, "proxy_tls_version"])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(OSLO, must=[f"/var/sf/peers/{FMC_1.uuid}", RESTART])
    )
    return Story(
        "27-tls13-stale-leaf",
        """fmc-1.example runs 7.6.2 with proxy_tls_version TLSv1.3, and since the upgrade ftd-oslo flaps: its handshake seems to be
        complete, then the FMC refuses the device's certificate and closes. The first advice in the forum was to lower the TLS
        version. ftd-oslo holds a certificate of the InternalCA of before.""",
        """a stale certificate, which TLS 1.3 refuses only after the device's side of the handshake is done: the device gets the
        current certificate set. The TLS version is left alone.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-oslo-troubleshoot.tar.gz": pack(oslo, COLLECTED)},
    )

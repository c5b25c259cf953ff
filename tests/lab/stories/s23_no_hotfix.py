"""Releases for which there is no hotfix."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, FMC_9, LIMA, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, AT_RISK, CONNECTED, RENEW, RESTART, Expected, Story

ENDS = datetime(2028, 5, 2, 12, 0, tzinfo=UTC)


def tell(stage: Stage) -> Story:
    """7.1 with an expired CA and living tunnels; 6.6 with some time left. No VDB that would have warned."""
    seven, six = replace(FMC_1, version="7.1.0", build="90"), replace(FMC_9, version="6.6.5", build="81")
    first = Site(seven, InternalCA.ending(seven.uuid, EXPIRED)).register(BERLIN, SEOUL)
    second = Site(six, InternalCA.ending(six.uuid, ENDS), vdb=338).register(LIMA)
    evidence = {}
    expected = Expected("critical").manager(seven, "expired-connected").manager(six, "healthy")
    for site in (first, second):
        day = Day(site)
        for tunnel in site.tunnels:
            day.healthy(tunnel.device)
            state = "expired-connected" if site is first else "healthy"
            expected.device(tunnel.device, CONNECTED, state).commands_for(tunnel.device, must_not=[RESTART])
        tree = fmc_tree(site, COLLECTED, day.log(site.fmc), rotated_before=ROTATED)
        evidence[f"{site.fmc.host}-troubleshoot.tar.gz"] = pack(tree, COLLECTED)
        expected.finding("vdb-without-expiry-alert", site.fmc.uuid, AFFECTED).commands_for(site.fmc, must_not=[RENEW])
    expected.finding("internal-ca-expired", seven.uuid, AFFECTED).finding("release-without-hotfix", seven.uuid, AFFECTED)
    expected.finding("release-without-hotfix", six.uuid, AT_RISK)
    expected.never("handshake-failed", "handshake-failed-expired", "leaf-not-issued-by-current-ca", "push-failed")
    return Story(
        "23-no-hotfix",
        """Two FMCs of one customer. fmc-1.example runs 7.1.0: its InternalCA ended on 22 September 2026, its two tunnels still live,
        and no hotfix with generate_certs.pl exists for 7.1. fmc-9.example runs 6.6.5, for which there is none either; its CA ends
        in May 2028. Neither has a VDB that warns (399 or later).""",
        """fmc-1: no upgrade and no reboot while tunnels are up, because they would not reconnect: TAC first. fmc-9: upgrade to a release
        with the script, and renew, well before May 2028. No command that does not exist on these releases is printed.""",
        expected,
        evidence,
    )

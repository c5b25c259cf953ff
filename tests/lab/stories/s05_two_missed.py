"""Renewed, and two devices were down at that moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, SEOUL, SPACED
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.renewal import failed_push, generate_certs, wrapped
from tests.lab.scenes import ROTATED, Day, pasted
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story

RENEWED = datetime(2026, 11, 20, 9, 12, 20, tzinfo=UTC)
HOTFIX = "Cisco_Firepower_Mgmt_Center_Hotfix_FZ-7.2.9.99-4"


def tell(stage: Stage) -> Story:
    """Case C: new CA and leaf at the FMC, the old expired set at two devices."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, SEOUL, LIMA, SPACED)
    site.cut(SEOUL, COLLECTED - timedelta(days=20, hours=5))
    site.cut(SPACED, COLLECTED - timedelta(days=8, hours=1))
    renewal = site.renew(RENEWED, HOTFIX)
    day = Day(site)
    for device in (BERLIN, LIMA):
        day.healthy(device)
    for device in (SEOUL, SPACED):
        day.failing(device)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    terminal = wrapped(
        pasted(FMC_1.host, "generate_certs.pl", generate_certs(site, renewal))
        + pasted(FMC_1.host, f"cat /var/tmp/certs/{renewal.epoch}/FAILED_PUSH", failed_push(site, renewal))
        + pasted(FMC_1.host, "sftunnel_status.pl", status_on_fmc(site, COLLECTED))
    )
    folder = f"/var/sf/peers/{FMC_1.uuid}"
    expected = Expected("high").manager(FMC_1, "healthy").finding("internal-ca-expired", FMC_1.uuid, CLEAR)
    for device in (BERLIN, LIMA):
        expected.device(device, CONNECTED, "healthy").commands_for(device, must_not=[RESTART])
    for device in (SEOUL, SPACED):
        expected.device(device, DOWN, "missed-renewal").finding("push-failed", device.uuid, AFFECTED)
        expected.commands_for(device, must=[folder, RESTART])
    expected.finding("leaf-not-issued-by-current-ca", SEOUL.uuid, AFFECTED).finding("handshake-failed-expired", SEOUL.uuid, AFFECTED)
    expected.never("internal-ca-expired", "internal-ca-expiring", "issuer-of-another-manager", "tunnel-down-certificates-healthy")
    expected.commands_for(FMC_1, must_not=[RENEW])
    return Story(
        "05-renewed-two-missed",
        """The InternalCA of fmc-1.example expired in September; on 20 November the hotfix was installed and generate_certs.pl
        run. ftd-berlin and ftd-lima took their new certificates through their tunnels. ftd-seoul and "ftd mexico city" were
        down and could not: FAILED_PUSH lists three files for each. Given are the bundles of the FMC and of ftd-seoul, and what
        the administrator copied from the terminal, where long lines are wrapped in the middle of a UUID.""",
        """the FMC is fine now. Two devices missed the renewal and still hold the expired set: the three files go to each of
        them, by script or by hand, then sftunnel is restarted on these two. generate_certs.pl is not run again.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED),
            "terminal.txt": terminal.encode(),
        },
    )

"""Expired, and nobody has noticed yet."""

from __future__ import annotations

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.outputs import status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day, pasted
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CONNECTED, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """The tunnels were made in August, before the CA ended, and have lived on since."""
    devices = (BERLIN, SEOUL, LIMA)
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(*devices)
    day = Day(site)
    for device in devices:
        day.healthy(device)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED, status=False)
    status = pasted(FMC_1.host, "sftunnel_status.pl", status_on_fmc(site, COLLECTED))
    expected = Expected("critical").manager(FMC_1, "expired-connected").finding("internal-ca-expired", FMC_1.uuid, AFFECTED)
    expected.commands_for(FMC_1, must=[RENEW])
    for device in devices:
        expected.device(device, CONNECTED, "expired-connected").commands_for(device, must_not=[RESTART])
    expected.never("internal-ca-expiring", "handshake-failed", "handshake-failed-expired", "leaf-not-issued-by-current-ca")
    expected.never("issuer-of-another-manager", "push-failed", "tunnel-down-certificates-healthy", "other-certificate-expired")
    return Story(
        "03-expired-all-connected",
        """The InternalCA of fmc-1.example ended on 22 September 2026, two months ago. All three tunnels were established in
        August and are still up: nothing breaks at the moment of expiry. The FMC's bundle was given, and the output of
        sftunnel_status.pl pasted into a text file.""",
        """the InternalCA has expired, every device is still connected: the most dangerous state. Hotfix, backup,
        generate_certs.pl through the tunnels that are up; no upgrade, no reboot, no restart of sftunnel anywhere before that.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "status.txt": status.encode()},
    )

"""The disk of the FMC was full for an hour."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, SEOUL, VALID_SINCE
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """Half of the FMC's own certificate. What its log says of such a file is not known, so nothing of it is in the logs."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE), vdb=410).register(BERLIN, SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(hours=4, minutes=20))
    day = Day(site)
    day.healthy(BERLIN)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    fmc.replace("etc/sf/keys/sftunnel-cert.pem", site.leaf.pem[:512], COLLECTED - timedelta(hours=7))
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(FMC_1, "look-elsewhere")
        .device(BERLIN, CONNECTED, "healthy")
        .device(SEOUL, DOWN, "look-elsewhere")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("manager-certificate-file-damaged", FMC_1.uuid, AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring", "leaf-not-issued-by-current-ca", "certificate-file-damaged")
        .commands_for(FMC_1, must_not=[RENEW, RESTART])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must_not=["certs_pushed", RESTART])
    )
    return Story(
        "30-manager-file-damaged",
        """The disk of fmc-1.example was full for an hour this morning. Since then /etc/sf/keys/sftunnel-cert.pem is only 512 bytes long.
        ftd-seoul was rebooted later and did not reconnect; ftd-berlin keeps its old connection. The InternalCA lasts until 2034,
        and what the devices hold is right.""",
        """a file of the FMC's own set is damaged. Nothing is copied to a device; nothing is restarted or rebooted before that file is
        right, or the tunnel that is up goes as well.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED)},
    )

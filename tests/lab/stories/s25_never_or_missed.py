"""Two logs that agree, and still do not decide."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, SEOUL
from tests.lab.fmc_tree import ims_conf
from tests.lab.outputs import status_on_ftd
from tests.lab.pki import InternalCA
from tests.lab.scenes import Day, pasted
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """Case C, of which nothing but the logs was sent: case A looks the same (field notes 5.3)."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(hours=5))
    site.renew(RENEWED, HOTFIX)
    day = Day(site, minutes=8)
    day.failing(SEOUL)
    evidence = {}
    for box in (FMC_1, SEOUL):
        evidence[f"{box.host}/etc/sf/ims.conf"] = ims_conf(box).encode()
        evidence[f"{box.host}/etc/hostname"] = f"{box.name}\n".encode()
        evidence[f"{box.host}/var/log/messages"] = day.log(box).text(start=COLLECTED - timedelta(minutes=9))
    status = status_on_ftd(SEOUL, [site], COLLECTED)
    evidence[f"{SEOUL.host}/sftunnel_status.txt"] = pasted(SEOUL.host, "sftunnel_status.pl", status).encode()
    expected = Expected("high").manager(FMC_1, "unknown").device(SEOUL, DOWN, "unknown")
    expected.finding("handshake-failed-expired", SEOUL.uuid, AFFECTED)
    expected.never("internal-ca-expired", "internal-ca-expiring", "leaf-not-issued-by-current-ca", "issuer-of-another-manager")
    expected.never("push-failed", "tunnel-down-certificates-healthy", "handshake-failed", "clock-skew")
    expected.commands_for(FMC_1, must_not=[RENEW]).commands_for(SEOUL, must_not=[RESTART, "certs_pushed"])
    return Story(
        "25-never-or-missed",
        """The last minutes of /var/log/messages of fmc-1 and of ftd-seoul, the name and ims.conf of each appliance, and the device's
        sftunnel_status.pl; no certificate. The device says
        "certificate has expired" (code 10), the FMC hears alert 45 of it: both ends show the same.""",
        """two causes fit: the FMC was never renewed, or it was renewed and this device missed it. Both logs together do not show it. The
        report asks for the date of the FMC's cacert.pem and gives no command that presumes either.""",
        expected,
        evidence,
    )

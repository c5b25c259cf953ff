"""Yesterday's list."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, SEOUL
from tests.lab.fmc_tree import ims_conf
from tests.lab.outputs import status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.renewal import failed_push
from tests.lab.scenes import pasted
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """generate_certs.pl was run twice; the list is of the first run, the CA of the second."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, SEOUL, LIMA)
    site.cut(SEOUL, COLLECTED - timedelta(days=30))
    first = site.renew(RENEWED - timedelta(days=9), HOTFIX)
    site.tunnel(SEOUL).state, site.tunnel(SEOUL).since = "connected", RENEWED - timedelta(days=2)
    site.refresh(SEOUL, RENEWED - timedelta(days=2))
    site.renew(RENEWED, HOTFIX)
    site.cut(LIMA, COLLECTED - timedelta(hours=4))
    listed = pasted(FMC_1.host, f"cat /var/tmp/certs/{first.epoch}/FAILED_PUSH", failed_push(site, first))
    status = pasted(FMC_1.host, "sftunnel_status.pl", status_on_fmc(site, COLLECTED))
    folder, seoul = f"ftd-seoul/var/sf/peers/{FMC_1.uuid}", site.tunnel(SEOUL)
    device = {f"{folder}/cacert.pem": seoul.trust.pem, f"{folder}/sftunnel-cert.pem": seoul.leaf.pem}
    device["ftd-seoul/etc/sf/ims.conf"] = ims_conf(SEOUL).encode()
    expected = (
        Expected("medium")
        .device(BERLIN, CONNECTED, "unknown", uuid=None)
        .device(SEOUL, CONNECTED, "healthy")
        .device(LIMA, DOWN, "unknown", uuid=None)
        .manager(FMC_1, "healthy", name=None)
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("push-list-of-another-run", FMC_1.uuid, AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring", "leaf-not-issued-by-current-ca", "issuer-of-another-manager")
        .never("push-failed")
        .commands_for(SEOUL, must_not=[RESTART, "certs_pushed"])
    )
    return Story(
        "26-list-of-another-run",
        """generate_certs.pl was run on 11 November, when ftd-seoul was down (it was served by hand a week later), and once more on 20
        November, with every tunnel up. ftd-lima went down today. Sent were the FAILED_PUSH of the first run, the present
        cacert.pem, sftunnel_status.pl, and the two certificates that ftd-seoul holds.""",
        """the list is of another run than the current InternalCA, so ftd-seoul need not be the device that lacks files. Ask for the
        newest /var/tmp/certs/<number>/FAILED_PUSH; ftd-seoul has the current certificate set, and nothing is done there.""",
        expected,
        {"cacert.pem": site.ca.root.pem, "terminal.txt": (listed + status).encode()} | device,
    )

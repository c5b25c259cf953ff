"""Two pieces of evidence that cannot both be true, twice."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CONNECTED, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """The FMC says that ftd-seoul is down, the device that it is connected; and a newer cacert.pem of the FMC lies beside its bundle."""
    ca = InternalCA.ending(FMC_1.uuid, EXPIRED)
    down, up = Site(FMC_1, ca).register(BERLIN, SEOUL), Site(FMC_1, ca).register(BERLIN, SEOUL)
    down.cut(SEOUL, COLLECTED - timedelta(hours=3))
    fmc = fmc_tree(down, COLLECTED)
    seoul = ftd_tree(SEOUL, [up], COLLECTED - timedelta(minutes=2))
    clone = ca.renewed(EXPIRED - timedelta(days=400))
    expected = (
        Expected("high")
        .manager(FMC_1, "unknown")
        .device(BERLIN, CONNECTED, "unknown")
        .device(SEOUL, "unknown", "unknown")
        .finding("evidence-contradicts-ca", FMC_1.uuid, AFFECTED)
        .finding("evidence-contradicts-tunnel", SEOUL.uuid, AFFECTED)
        .never("internal-ca-expired", "push-failed")
        .commands_for(FMC_1, must_not=[RENEW, RESTART])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must_not=[RESTART])
    )
    return Story(
        "31-evidence-contradicts",
        """The bundle of fmc-1.example of today holds an InternalCA that ended on 22 September 2026. Next to it is a newer cacert.pem with
        the UUID of the same FMC, of which nobody says where it is from. The FMC says that ftd-seoul has been down for three hours; the
        device's own bundle, two minutes older, has fresh heartbeats.""",
        """the evidence contradicts itself, about the InternalCA and about a tunnel. Both claims are shown with their ages; until the dates
        are read again on the FMC and both ends are asked at one time, the CA is taken for expired and the tunnel for up: nothing is
        renewed, restarted or emptied.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED - timedelta(minutes=2)),
            "from-a-colleague/cacert.pem": clone.root.pem,
        },
    )

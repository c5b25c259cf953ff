"""A renewal by an FMC whose clock was ahead."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1
from tests.lab.fmc_tree import fmc_tree
from tests.lab.pki import InternalCA
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, CONNECTED, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """The clock of the FMC was four days ahead when generate_certs.pl ran; it was set right since."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED).renewed(COLLECTED + timedelta(days=4))).register(BERLIN)
    expected = (
        Expected("high")
        .manager(FMC_1, "look-elsewhere")
        .device(BERLIN, CONNECTED, "unknown")
        .finding("internal-ca-not-yet-valid", FMC_1.uuid, AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring")
        .commands_for(FMC_1, must=["date -u"], must_not=[RENEW, RESTART])
        .commands_for(BERLIN, must_not=[RESTART])
    )
    return Story(
        "32-begins-in-the-future",
        """The clock of fmc-1.example was four days ahead when its InternalCA was renewed, and has been set right since. The
        tunnel of ftd-berlin is up on its connection from before.""",
        """the InternalCA begins in the future, so nobody accepts it yet. The clocks come first; nothing is renewed again, and nothing that
        is connected is restarted before that day.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc_tree(site, COLLECTED), COLLECTED)},
    )

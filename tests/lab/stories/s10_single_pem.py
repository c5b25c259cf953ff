"""One file."""

from __future__ import annotations

from tests.lab.cast import EXPIRED, FMC_1
from tests.lab.pki import InternalCA
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, Expected, Story


def tell(stage: Stage) -> Story:
    """Only /etc/sf/ca_root/cacert.pem."""
    expected = Expected("critical").manager(FMC_1, "expired-unknown", name=None, address=None)
    expected.finding("internal-ca-expired", FMC_1.uuid, AFFECTED)
    expected.never("internal-ca-expiring", "handshake-failed", "handshake-failed-expired", "leaf-not-issued-by-current-ca")
    expected.never("issuer-of-another-manager", "push-failed", "tunnel-down-certificates-healthy", "other-certificate-expired")
    return Story(
        "10-single-pem",
        """Somebody copied /etc/sf/ca_root/cacert.pem from an FMC and sent nothing else.""",
        """this InternalCA expired on 22 September 2026. Which devices it takes down is unknown: sftunnel_status.pl on the
        FMC would.""",
        expected,
        {"cacert.pem": InternalCA.ending(FMC_1.uuid, EXPIRED).root.pem},
    )

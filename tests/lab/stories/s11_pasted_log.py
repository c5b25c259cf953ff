"""A log out of a chat window."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.cast import COLLECTED, EXPIRED, FMC_1, SEOUL
from tests.lab.logs import Log
from tests.lab.pki import InternalCA
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, DOWN, Expected, Story
from tests.lab.tls import handshake

MARGIN = 102
"""Where the printed log lines of document 222464 end."""


def tell(stage: Stage) -> Story:
    """Two attempts cut at the margin; the second was pasted without time, host and process."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(SEOUL)
    outcome = handshake(site.tunnel(SEOUL).party, site.party)
    log = Log(SEOUL.host)
    when = COLLECTED - timedelta(minutes=31)
    log.failed_as_client(when, 51982, FMC_1.address, outcome.client)
    first = log.text().decode()
    second = "".join(line.partition("] ")[2] + "\n" for line in first.splitlines())
    cut = "".join(line[:MARGIN].rstrip() + "\n" for line in first.splitlines())
    cut_second = "".join(line[: MARGIN - 40].rstrip() + "\n" for line in second.splitlines())
    greeting = "Hi, the device is disabled in the GUI since last night. This is in /ngfw/var/log/messages:"
    text = f"{greeting}\n\n{cut}\nand a bit later the same again:\n\n{cut_second}"
    expected = (
        Expected("high")
        .manager(FMC_1, "unknown", name=None, uuid=None)
        .device(SEOUL, DOWN, "unknown", name=SEOUL.host, uuid=None, address=None)
    )
    expected.finding("handshake-failed-expired", SEOUL.host, AFFECTED)
    expected.never("internal-ca-expired", "internal-ca-expiring", "leaf-not-issued-by-current-ca", "issuer-of-another-manager")
    expected.never("push-failed", "tunnel-down-certificates-healthy", "other-certificate-expired", "handshake-failed")
    return Story(
        "11-pasted-log",
        """A few lines of the log of ftd-seoul, pasted into a message: the first attempt is cut at the right margin as in Cisco
        document 222464, the second has lost time, host and process as well. There is no other evidence.""",
        """ftd-seoul refuses an expired certificate that is a root, so an InternalCA. Whether the FMC was never renewed, or was
        renewed and this device missed, the device's log does not show: the report asks for the FMC's cacert.pem and gives no
        command that presumes either.""",
        expected,
        {"pasted.txt": text.encode()},
    )

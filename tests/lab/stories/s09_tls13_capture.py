"""Only a capture, and TLS 1.3 hides nearly everything."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, SEOUL
from tests.lab.pki import InternalCA
from tests.lab.site import Site
from tests.lab.stage import Stage, device_dials
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, DOWN, UNKNOWN, Expected, Story
from tests.lab.wire import Wire

NAME = "09-tls13-capture-only"


def tell(stage: Stage) -> Story:
    """Cases B, C and D on TLS 1.3: ftd-berlin is well, ftd-seoul refuses in plain sight, ftd-lima is refused behind encryption."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, SEOUL, LIMA)
    site.cut(SEOUL, COLLECTED - timedelta(days=9))
    site.cut(LIMA, COLLECTED - timedelta(days=9))
    site.renew(RENEWED, HOTFIX)
    site.tunnel(LIMA).trust = site.ca.root

    def play(wire: Wire, stack: ExitStack) -> None:
        for device in (SEOUL, LIMA, BERLIN):  # the one that stays comes last: openssl serves one at a time
            dialed = device_dials(wire, device, site.tunnel(device).party, FMC_1, site.party, "TLSv1.3")
            outcome = stack.enter_context(dialed)
            assert outcome.established == (device == BERLIN)

    expected = Expected("high").manager(FMC_1, "unknown", name=None, uuid=None)
    hidden: dict[str, object] = {"name": None, "uuid": None}
    expected.device(BERLIN, UNKNOWN, "unknown", **hidden)
    expected.device(SEOUL, DOWN, "unknown", **hidden).device(LIMA, DOWN, "unknown", **hidden)
    expected.finding("handshake-failed", SEOUL.address, AFFECTED).finding("handshake-failed", LIMA.address, AFFECTED)
    expected.never(
        "handshake-failed-expired",
        "internal-ca-expired",
        "internal-ca-expiring",
        "leaf-not-issued-by-current-ca",
        "issuer-of-another-manager",
    )
    expected.never("push-failed", "tunnel-down-certificates-healthy", "other-certificate-expired")
    evidence = stage.film(NAME, "fmc-8305.pcap", COLLECTED, [FMC_1], [BERLIN, SEOUL, LIMA], play, at_manager=True)
    return Story(
        NAME,
        """A capture of port 8305 taken at an FMC (198.51.100.7) that uses TLS 1.3, and nothing else. 192.0.2.12 answers the
        server's certificate with a plain alert 45. 192.0.2.13 completes its side, whereupon the server sends one short
        encrypted record and closes. The capture cannot prove which appliance is the FMC; 198.51.100.7 holds the port. 192.0.2.11
        connects and is still connected when the capture ends.""",
        """Nothing but the port says that these are sftunnels: they are presumed. 192.0.2.12 refuses an expired certificate, which is
        quoted and blames no InternalCA; 192.0.2.13 is refused by the other end, for a reason that TLS 1.3 encrypts; that 192.0.2.11
        completes a handshake proves no tunnel. The certificates are not visible, which is said. Whose certificate expired, and whether
        the FMC was renewed, needs the FMC's cacert.pem.""",
        expected,
        evidence,
    )

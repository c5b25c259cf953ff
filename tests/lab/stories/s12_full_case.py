"""The headline: a folder as a customer sends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, DEVICES, EXPIRED, FMC_1, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA, web_interface
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import DEGRADED as ONE_CHANNEL
from tests.lab.site import Site
from tests.lab.stage import Stage, device_dials
from tests.lab.story import AFFECTED, CONNECTED, DEGRADED, DOWN, RENEW, RESTART, Expected, Story

NAME = "12-full-case"
CANARY = "CANARY-not-a-real-password-8305"
"""The password in devices.csv: no report, log or error may ever hold it."""


def tell(stage: Stage) -> Story:
    """Fourteen devices: four down, one with one channel, nine connected."""
    by_name = {d.host.removeprefix("ftd-"): d for d in DEVICES}
    down = [by_name[n] for n in ("seoul", "lima", "dakar", "turin")]
    limping = by_name["quito"]
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(*DEVICES)
    for number, device in enumerate(down):
        site.cut(device, COLLECTED - timedelta(hours=18 + 31 * number, minutes=7))
    site.tunnel(limping).state = ONE_CHANNEL
    day = Day(site, minutes=12)
    for device in DEVICES:
        if device in down:
            day.failing(device)
        else:
            day.healthy(device)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    evidence = {
        "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
        "ftd-berlin-troubleshoot.tar.gz": pack(ftd_tree(BERLIN, [site], COLLECTED, day.log(BERLIN), rotated_before=ROTATED), COLLECTED),
        "ftd-seoul-troubleshoot.tar.gz": pack(ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED), COLLECTED),
        "pem/cacert.pem": site.ca.root.pem,
        "pem/ftd-lima-sftunnel-cert.pem": site.tunnel(by_name["lima"]).leaf.pem,
        "pem/browser-export.pem": web_interface(FMC_1.name, datetime(2024, 5, 2, 8, 0, tzinfo=UTC), 3650).pem,
        "devices.csv": "".join(f"{d.name},{d.address},admin,{CANARY}\n" for d in down).encode(),
    }
    attempt = COLLECTED - timedelta(minutes=12) + timedelta(seconds=12 + 3 * 44)  # an attempt that is in the log of ftd-seoul as well
    evidence |= stage.film(
        NAME,
        "captures/ftd-seoul-8305.pcap",
        attempt,
        [FMC_1],
        [SEOUL],
        lambda wire, stack: stack.enter_context(device_dials(wire, SEOUL, site.tunnel(SEOUL).party, FMC_1, site.party)),
    )
    folder = f"/var/sf/peers/{FMC_1.uuid}"
    expected = Expected("critical").manager(FMC_1, "expired-mixed").finding("internal-ca-expired", FMC_1.uuid, AFFECTED)
    expected.commands_for(FMC_1, must=[RENEW])
    for device in DEVICES:
        if device in down:
            expected.device(device, DOWN, "expired-down").finding("handshake-failed-expired", device.uuid, AFFECTED)
            expected.commands_for(device, must=[folder, RESTART])
        else:
            expected.device(device, DEGRADED if device == limping else CONNECTED, "expired-connected")
            expected.commands_for(device, must_not=[RESTART])
    expected.never("internal-ca-expiring", "handshake-failed", "leaf-not-issued-by-current-ca", "issuer-of-another-manager")
    expected.never("push-failed", "tunnel-down-certificates-healthy", "other-certificate-expired")
    return Story(
        NAME,
        """What a customer sends when the devices begin to turn "Disabled": the bundle of fmc-1.example, two bundles of its
        fourteen devices, a capture taken at ftd-seoul, some PEM files (one of them the web interface's, which has nothing to do
        with it) and, by mistake, a devices.csv with passwords. The InternalCA ended on 22 September 2026. Four devices have
        lost their tunnels since, one has one channel left, nine are connected.""",
        """the InternalCA has expired; nine devices connected and one degraded are renewed through their tunnels by
        generate_certs.pl, four are down and get their files by copy_sftunnel_certs.py or by hand. Bundles of two of fourteen
        devices were given. No upgrade, no reboot.""",
        expected,
        evidence,
    )

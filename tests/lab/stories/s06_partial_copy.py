"""Half of a copy by hand."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, OSLO
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import BACKUP, ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day, pasted
from tests.lab.site import FILES, Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story

VERIFY = "openssl verify -CAfile cacert.pem sftunnel-cert.pem"
REFUSED = "error 7 at 0 depth lookup:certificate signature failure\nerror sftunnel-cert.pem: verification failed\n"


def tell(stage: Stage) -> Story:
    """Case D: the device has the new cacert.pem and its old leaf; it is content with the FMC, which is not content with it."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, OSLO)
    site.cut(OSLO, COLLECTED - timedelta(days=9, hours=6))
    site.renew(RENEWED, HOTFIX)
    tunnel = site.tunnel(OSLO)
    before = ftd_tree(OSLO, [site], COLLECTED)
    tunnel.trust = site.ca.root
    day = Day(site)
    day.healthy(BERLIN)
    day.failing(OSLO)
    oslo = ftd_tree(OSLO, [site], COLLECTED, day.log(OSLO), rotated_before=ROTATED)
    folder, by_hand = f"var/sf/peers/{FMC_1.uuid}", RENEWED + timedelta(hours=4)
    for name in FILES:
        oslo.add(f"{folder}/{name}{BACKUP}", before[f"{folder}/{name}"], by_hand)
    oslo.replace(f"{folder}/cacert.pem", site.ca.root.pem, by_hand + timedelta(minutes=3))
    oslo.add(f"{folder}/sftunnel-key.pem\u200b", b"", by_hand + timedelta(minutes=2))
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(FMC_1, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(OSLO, DOWN, "partial-copy")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("leaf-not-issued-by-current-ca", OSLO.uuid, AFFECTED)
        .finding("device-set-does-not-verify", OSLO.uuid, AFFECTED)
        .finding("handshake-failed", OSLO.uuid, AFFECTED)
        .finding("push-failed", OSLO.uuid, AFFECTED)
        .finding("names-with-invisible-characters", OSLO.uuid, AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring", "handshake-failed-expired", "issuer-of-another-manager")
        .never("tunnel-down-certificates-healthy")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(OSLO, must=["/" + folder, "sftunnel-cert.pem", "sftunnel-key.pem", RESTART])
    )
    return Story(
        "06-partial-copy",
        """fmc-1.example was renewed on 20 November; ftd-oslo was down. Somebody then copied the files by hand and stopped half
        way: cacert.pem on the device is the new one, sftunnel-cert.pem and sftunnel-key.pem are still the old ones. One command
        was pasted with an invisible character behind it and left an empty file `sftunnel-key.pem` + U+200B. The device now
        trusts the FMC, but the FMC finds a leaf whose signature its CA did not make; openssl verify on the device says the same.""",
        """a partial copy: leaf and key of ftd-oslo must be replaced as well, from the certs_pushed folder of this very device,
        then sftunnel restarted there. Nothing else is wrong.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "ftd-oslo-troubleshoot.tar.gz": pack(oslo, COLLECTED),
            "terminal.txt": pasted(OSLO.name, VERIFY, REFUSED, "/" + folder).encode(),
        },
    )

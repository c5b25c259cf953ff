"""The right files, on the wrong devices."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, OSLO, QUITO, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """Four devices were served by hand. What sftunnel logs with such files is not known, so nothing of it is in the logs."""
    by_hand = (SEOUL, LIMA, OSLO, QUITO)
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, *by_hand)
    for device in by_hand:
        site.cut(device, COLLECTED - timedelta(days=9, hours=6))
    site.renew(RENEWED, HOTFIX)
    old_key = site.tunnel(OSLO).leaf
    for number, device in enumerate(by_hand):
        site.refresh(device, RENEWED + timedelta(hours=4, minutes=9 * number))
    seoul, lima, quito = site.tunnel(SEOUL), site.tunnel(LIMA), site.tunnel(QUITO)
    seoul.leaf, lima.leaf, quito.leaf = lima.leaf, seoul.leaf, site.tunnel(BERLIN).leaf
    day = Day(site)
    day.healthy(BERLIN)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    evidence = {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED)}
    for device in by_hand:
        tree = ftd_tree(device, [site], COLLECTED, day.log(device), rotated_before=ROTATED)
        if device == OSLO:
            tree.replace(f"var/sf/peers/{FMC_1.uuid}/sftunnel-key.pem", old_key.key_pem, site.tunnel(OSLO).written)
        evidence[f"{device.host}-troubleshoot.tar.gz"] = pack(tree, COLLECTED)
    folder = f"/var/sf/peers/{FMC_1.uuid}"
    expected = Expected("high").manager(FMC_1, "healthy").device(BERLIN, CONNECTED, "healthy")
    for device in by_hand:
        expected.device(device, DOWN, "partial-copy").commands_for(device, must=[folder, RESTART])
        if device != OSLO:
            expected.finding("file-of-another-device", device.uuid, AFFECTED)
    expected.finding("leaf-key-mismatch", OSLO.uuid, AFFECTED)
    expected.never("internal-ca-expired", "leaf-not-issued-by-current-ca", "issuer-of-another-manager", "tunnel-down-certificates-healthy")
    expected.commands_for(FMC_1, must_not=[RENEW]).commands_for(BERLIN, must_not=[RESTART])
    return Story(
        "14-mixed-up-files",
        """fmc-1.example was renewed on 20 November; four devices were down and got their files by hand, pasted in one long evening.
        ftd-seoul and ftd-lima got each other's certificate and key, ftd-quito got those of ftd-berlin, and ftd-oslo has its new
        certificate with the key of before. All the files are good and signed by the current InternalCA: each alone looks healthy.""",
        """two devices' files are swapped, one device holds the certificate of another, one has a key that does not belong to its
        certificate. Each of the four gets its three files again, from its own folder on the FMC; nothing is renewed.""",
        expected,
        evidence,
    )

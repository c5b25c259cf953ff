"""What vi and the clipboard left behind."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, OSLO, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import BACKUP, ftd_tree
from tests.lab.outputs import listing
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import FILES, Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """An emptied file, half a file, and a listing with owner, mode and names that are not as they should be."""
    by_hand = (SEOUL, LIMA, OSLO)
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, *by_hand)
    for device in by_hand:
        site.cut(device, COLLECTED - timedelta(days=9, hours=6))
    site.renew(RENEWED, HOTFIX)
    for number, device in enumerate(by_hand):
        site.refresh(device, RENEWED + timedelta(hours=4, minutes=9 * number))
    day = Day(site)
    day.healthy(BERLIN)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    folder, written = f"var/sf/peers/{FMC_1.uuid}", RENEWED + timedelta(hours=4)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    seoul.replace(f"{folder}/cacert.pem", b"", written)
    lima = ftd_tree(LIMA, [site], COLLECTED, day.log(LIMA), rotated_before=ROTATED)
    whole = site.tunnel(LIMA).leaf.pem
    lima.replace(f"{folder}/sftunnel-cert.pem", whole[: len(whole) // 2], written)
    rows = [(name, "1.7K" if "key" in name else "1.3K", written) for name in FILES]
    rows += [(f"{name}{BACKUP}", "1.7K" if "key" in name else "1.3K", written - timedelta(minutes=4)) for name in FILES[::2]]
    rows += [("sftunnel-key.pem???", "0", written), (f"sftunnel-key.pem{BACKUP}???", "1.7K", written), ("sftunnel.json", "521", written)]
    odd = {"sftunnel-cert.pem": ("-rw-------", "admin"), "sftunnel-key.pem": ("-rw-------", "admin")}
    expected = Expected("high").manager(FMC_1, "healthy").device(BERLIN, CONNECTED, "healthy")
    expected.device(SEOUL, DOWN, "partial-copy").device(LIMA, DOWN, "partial-copy").device(OSLO, DOWN, "missed-renewal")
    expected.finding("certificate-file-damaged", SEOUL.uuid, AFFECTED).finding("certificate-file-damaged", LIMA.uuid, AFFECTED)
    expected.finding("certificate-file-owner", OSLO.uuid, AFFECTED).finding("names-with-invisible-characters", OSLO.uuid, AFFECTED)
    expected.never("internal-ca-expired", "issuer-of-another-manager", "tunnel-down-certificates-healthy")
    expected.commands_for(FMC_1, must_not=[RENEW]).commands_for(BERLIN, must_not=[RESTART])
    for device in by_hand:
        expected.commands_for(device, must=["/" + folder, RESTART])
    return Story(
        "15-emptied-files",
        """fmc-1.example was renewed on 20 November; three devices were served by hand. On ftd-seoul, `> cacert.pem` was typed and
        nothing pasted after it: the file has 0 bytes. On ftd-lima the paste of sftunnel-cert.pem ended in the middle. Of ftd-oslo
        there is only a listing, copied from the terminal: two files belong to admin, and two names end in characters that do not
        show (`???`), as in Cisco document 222464.""",
        """an empty file on ftd-seoul, a damaged one on ftd-lima; on ftd-oslo names with invisible characters (so commands did not
        do what they seemed to do) and files with an unusual owner. All three get the whole set again; nothing is renewed.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED),
            "ftd-lima-troubleshoot.tar.gz": pack(lima, COLLECTED),
            "terminal-of-ftd-oslo.txt": listing(OSLO.host, "/" + folder, rows, odd).encode(),
        },
    )

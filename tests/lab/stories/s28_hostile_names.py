"""What an attacker would put into a bundle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.lab.bundle import gzipped, pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, OSLO, SEOUL, Appliance
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.renewal import failed_push
from tests.lab.scenes import ROTATED, Day, pasted
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import CLEAR, CONNECTED, DOWN, RENEW, Expected, Story
from tests.lab.tls import handshake

SCRIPT = "<script>alert(1)</script>"
LINK = "javascript:alert(document.domain)"
HANDLER = '"><img src=x onerror=alert(1)>'
SHELL = "$(reboot)"
BIDI = "ftd-\u202egnp.olso\u202c\u2066x"
LONG_LINE = 3_000_000
"""Bytes of one line of a log."""


def tell(stage: Stage) -> Story:
    """Case C on a device called ``$(reboot)``, between devices whose names are markup, links and marks of direction."""
    manager = replace(FMC_1, name=f"fmc-1{SCRIPT}.example")
    berlin, seoul = replace(BERLIN, name=f"ftd {HANDLER}"), replace(SEOUL, name=SHELL)
    lima, oslo = replace(LIMA, name=LINK), replace(OSLO, name=BIDI)
    site = Site(manager, InternalCA.ending(manager.uuid, EXPIRED), vdb=410).register(berlin, seoul, lima, oslo)
    site.cut(seoul, COLLECTED - timedelta(days=9))
    site.cut(oslo, COLLECTED - timedelta(days=9))
    renewal = site.renew(RENEWED, HOTFIX)
    day = Day(site, minutes=8)
    for device in (berlin, lima):
        day.healthy(device)
    outcome = handshake(site.tunnel(seoul).party, site.party)
    log = day.log(seoul)
    log.host = f"ftd{SCRIPT}"
    when = COLLECTED - timedelta(minutes=8)
    log.failed_as_client(when, 51982, manager.address, outcome.client)
    log.raw(when + timedelta(seconds=1), f"SF-IMS[1]: [2] sftunnel:sf_ssl [ERROR] err 10:{SCRIPT}{HANDLER} [x]({LINK}) \u202e{SHELL}")
    log.raw(when + timedelta(seconds=2), "SF-IMS[1]: [2] sftunnel:sf_ssl [ERROR] err 10:a\x00b\x07\x1b]0;owned\x07\x1b[31mred\x1b[0m")
    log.failed_as_client(when + timedelta(seconds=44), 51982, manager.address, outcome.client)
    fmc = fmc_tree(site, COLLECTED, day.log(manager), rotated_before=ROTATED)
    fmc.add(f"var/log/{SCRIPT.replace('/', '')}\u202e;reboot;.log", f"{SCRIPT}\n", COLLECTED)
    tree = ftd_tree(seoul, [site], COLLECTED, log, rotated_before=ROTATED)
    line = b"Nov 22 19:20:00 ftd-seoul SF-IMS[1]: [2] sftunnel:sf_ssl [ERROR] err 10:" + b"<script>" * (LONG_LINE // 8) + b"\n"
    tree.add("var/log/messages.2.gz", gzipped(line, COLLECTED), COLLECTED)
    folder = f"var/sf/peers/{manager.uuid}"
    tree.add(f"{folder}/sftunnel-key.pem\u200b{HANDLER.replace('/', '')}", b"", COLLECTED)
    terminal = pasted("fmc-1", f"cat /var/tmp/certs/{renewal.epoch}/FAILED_PUSH", failed_push(site, renewal))
    terminal += pasted("fmc-1", "sftunnel_status.pl", status_on_fmc(site, COLLECTED))
    expected = Expected("high").manager(_nameless(manager), "healthy").finding("internal-ca-expired", manager.uuid, CLEAR)
    for device in (berlin, lima):
        expected.device(_nameless(device), CONNECTED, "healthy")
    for device in (seoul, oslo):
        expected.device(_nameless(device), DOWN, "missed-renewal").finding("push-failed", device.uuid)
    expected.never("internal-ca-expired", "issuer-of-another-manager", "tunnel-down-certificates-healthy")
    for device in (_nameless(d) for d in (manager, berlin, seoul, lima, oslo)):
        expected.commands_for(
            device, must_not=["$(", "`", "<script", "onerror", "javascript:", ";reboot", *([RENEW] if device.uuid == manager.uuid else [])]
        )
    return Story(
        "28-hostile-names",
        """A fleet of which somebody wants to harm the reader of the report. The FMC's name holds a script tag, the devices are called
        like a link of `javascript:`, an event handler, a shell command, and a name with marks that turn the direction of reading.
        Log lines hold markup, a NUL byte and commands for the terminal, one line is three million characters long, and two files
        inside the bundles are named after the same fashion.""",
        """the same as for any fleet of which two devices missed a renewal. Everything hostile stays text: no tag, link or handler in
        the HTML report, no control character on the terminal, and no name in a command.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            "ftd-2-troubleshoot.tar.gz": pack(tree, COLLECTED),
            "terminal.txt": terminal.encode(),
        },
    )


def _nameless(box: Appliance) -> Appliance:
    """The box as expected.yaml names it: by UUID, so that the file stays readable."""
    return replace(box, name=box.uuid)

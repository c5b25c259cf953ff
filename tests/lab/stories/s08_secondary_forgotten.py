"""A pair of FMCs, of which one was renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, FMC_1, FMC_2, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.logs import Log
from tests.lab.pki import InternalCA
from tests.lab.renewal import copy_certs
from tests.lab.scenes import ROTATED, Day, pasted
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story

PRIMARY_ENDED = datetime(2026, 11, 1, 6, 30, 12, tzinfo=UTC)
SECONDARY_ENDED = datetime(2026, 11, 3, 7, 2, 40, tzinfo=UTC)
RENEWED = datetime(2026, 10, 28, 8, 0, 5, tzinfo=UTC)


def tell(stage: Stage) -> Story:
    """Two InternalCAs; every FTD has one peer folder per FMC."""
    first = Site(FMC_1, InternalCA.ending(FMC_1.uuid, PRIMARY_ENDED)).register(BERLIN, SEOUL)
    first.renew(RENEWED, HOTFIX)
    second = Site(FMC_2, InternalCA.ending(FMC_2.uuid, SECONDARY_ENDED)).register(BERLIN, SEOUL)
    second.cut(SEOUL, COLLECTED - timedelta(hours=16, minutes=2))
    primary, secondary = Day(first), Day(second)
    for device in (BERLIN, SEOUL):
        primary.healthy(device)
    secondary.healthy(BERLIN)
    secondary.failing(SEOUL)
    evidence = {
        "fmc-1-troubleshoot.tar.gz": pack(fmc_tree(first, COLLECTED, primary.log(FMC_1), rotated_before=ROTATED, ha_peer=FMC_2), COLLECTED),
        "fmc-2-troubleshoot.tar.gz": pack(
            fmc_tree(second, COLLECTED, secondary.log(FMC_2), rotated_before=ROTATED, ha_peer=FMC_1), COLLECTED
        ),
    }
    for device in (BERLIN, SEOUL):
        log = Log(device.host, lines=[*secondary.log(device).lines])
        tree = ftd_tree(device, [first, second], COLLECTED, log, rotated_before=ROTATED)
        evidence[f"{device.host}-troubleshoot.tar.gz"] = pack(tree, COLLECTED)
    rows = [(FMC_1.name, "no-ha-peer"), (BERLIN.name, "copied"), (SEOUL.name, "copied"), (FMC_2.name, "unreachable")]
    copied = pasted(FMC_1.host, "copy_sftunnel_certs.py devices.csv", copy_certs(RENEWED + timedelta(minutes=20), rows))
    folder = f"/var/sf/peers/{FMC_2.uuid}"
    expected = (
        Expected("critical")
        .manager(FMC_1, "healthy")
        .manager(FMC_2, "expired-mixed")
        .device(BERLIN, CONNECTED, "expired-connected", tunnels={FMC_1.name: CONNECTED, FMC_2.name: CONNECTED})
        .device(SEOUL, DOWN, "expired-down", tunnels={FMC_1.name: CONNECTED, FMC_2.name: DOWN})
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("internal-ca-expired", FMC_2.uuid, AFFECTED)
        .finding("handshake-failed-expired", SEOUL.uuid, AFFECTED)
        .never("internal-ca-expiring", "leaf-not-issued-by-current-ca", "issuer-of-another-manager", "push-failed")
        .never("tunnel-down-certificates-healthy", "other-certificate-expired", "handshake-failed")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(FMC_2, must=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must=[folder], must_not=[f"/var/sf/peers/{FMC_1.uuid}", RESTART])
    )
    return Story(
        "08-ha-secondary-forgotten",
        """fmc-1.example and fmc-2.example are a high availability pair, each with an InternalCA of its own. The primary was
        renewed in October, before its CA ended; nobody thought of the secondary, whose CA ended on 3 November. Each device has
        one peer folder per FMC. ftd-berlin is still connected to both; ftd-seoul has lost its tunnel to fmc-2 yesterday. Given
        are four bundles, and the output of copy_sftunnel_certs.py of October.""",
        """fmc-1 is fine, the InternalCA of fmc-2 has expired. Renew fmc-2, then copy its files to ftd-seoul, into the folder
        of fmc-2; nothing is done on fmc-1, and nothing in the devices' folders of fmc-1. Restarting sftunnel on ftd-seoul
        drops its tunnel to fmc-1 as well.""",
        expected,
        evidence | {"copy.txt": copied.encode()},
    )

"""Reasons beside an expired CA: wrong, damaged or expired files, a process that does not run. The printed commands repair each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from analyzer.model.plan import Situation
from tests.lab.cast import BERLIN, COLLECTED, DAKAR, DEVICES, EXPIRED, FMC_1, LIMA, OSLO, QUITO, SEOUL, VALID_SINCE, Appliance
from tests.lab.certificates import Credential
from tests.lab.chroot import why_not
from tests.lab.following import Way
from tests.lab.pki import InternalCA
from tests.lab.site import Site
from tests.lab.world import HOTFIX, World
from tests.proof.repair import STEPS_OF, Case, prove
from tests.slices import paired

_REASON = why_not()
pytestmark = pytest.mark.skipif(bool(_REASON), reason=_REASON or "can run")

HANOI = DEVICES[6]
CERTIFICATE, KEY, CA = "sftunnel-cert.pem", "sftunnel-key.pem", "cacert.pem"


def _write(world: World, device: Appliance, files: dict[str, bytes]) -> None:
    """Somebody wrote these files on the device and restarted it."""
    site = world.sites[0]
    for name, data in files.items():
        (world.peer_folder(device, site) / name).write_bytes(data)
    world.load(device, site)


def _pair(leaf: Credential) -> dict[str, bytes]:
    return {CERTIFICATE: leaf.pem, KEY: leaf.key_pem}


def _one_long_evening(world: World) -> None:
    """What samples 14 and 15 tell of, on six devices: each has some of the three files wrong in another way."""
    site = world.sites[0]
    new = {tunnel.device: tunnel.pushed for tunnel in site.tunnels}
    ca = {CA: site.ca.root.pem}
    _write(world, SEOUL, ca | _pair(new[LIMA]))
    _write(world, LIMA, ca | _pair(new[SEOUL]))
    _write(world, OSLO, ca | {CERTIFICATE: new[OSLO].pem})
    _write(world, DAKAR, {CA: b""} | _pair(new[DAKAR]))
    _write(world, HANOI, ca | {CERTIFICATE: new[HANOI].pem[:700], KEY: new[HANOI].key_pem})
    _write(world, QUITO, _pair(new[QUITO]))


def mixed_up() -> Case:
    """Two are swapped; one has its old key; an emptied CA; a certificate that was cut while pasted; a CA file that was forgotten."""
    by_hand = (SEOUL, LIMA, QUITO, OSLO, DAKAR, HANOI)
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, *by_hand)
    for device in by_hand:
        site.cut(device, COLLECTED - timedelta(days=5))
    site.renew(COLLECTED - timedelta(days=2), HOTFIX)
    healthy, partial = Situation.HEALTHY, Situation.PARTIAL_COPY
    pairs = tuple((device, FMC_1) for device in by_hand)
    return Case(
        (site,),
        {FMC_1: healthy, BERLIN: healthy} | dict.fromkeys(by_hand, partial),
        repaired=pairs,
        borrowed=pairs[:2],
        replaced=2,
        spoil=_one_long_evening,
        rules=frozenset({"file-of-another-device", "leaf-key-mismatch", "certificate-file-damaged", "device-ca-differs", "push-failed"}),
    )


def emptied() -> Case:
    """A copy by hand that ended after the first step: all three files have 0 bytes, and so would a backup that is made now."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE)).register(SEOUL)
    return Case(
        (site,),
        {FMC_1: Situation.HEALTHY, SEOUL: Situation.PARTIAL_COPY},
        repaired=((SEOUL, FMC_1),),
        spoil=_emptied,
        rules=frozenset({"certificate-file-damaged"}),
        replaced=0,
    )


def _emptied(world: World) -> None:
    site = world.sites[0]
    site.cut(SEOUL, COLLECTED - timedelta(hours=1))
    _write(world, SEOUL, {CERTIFICATE: b"", KEY: b"", CA: b""})


def expired_leaf() -> Case:
    """The InternalCA is valid, the device's certificate has ended, and the FMC keeps a newer one."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE)).register(BERLIN, SEOUL)
    tunnel = site.tunnel(SEOUL)
    tunnel.leaf = site.ca.issue(SEOUL.address, serial=23, at=VALID_SINCE, days=730)
    site.cut(SEOUL, COLLECTED - timedelta(hours=14))
    told = {FMC_1: Situation.HEALTHY, BERLIN: Situation.HEALTHY, SEOUL: Situation.MISSED_RENEWAL}
    return Case((site,), told, repaired=((SEOUL, FMC_1),), rules=frozenset({"device-leaf-expired", "handshake-failed-expired"}))


def lives_on_the_old_set() -> Case:
    """The push to a device failed although its tunnel is up: the files are written, nothing is restarted, and the next connection works."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, SEOUL)
    up = site.tunnel(SEOUL).state
    site.cut(SEOUL, COLLECTED - timedelta(days=3))
    site.renew(COLLECTED - timedelta(days=2), HOTFIX)
    site.tunnel(SEOUL).state = up
    told = {FMC_1: Situation.HEALTHY, BERLIN: Situation.HEALTHY, SEOUL: Situation.MISSED_RENEWAL}
    return Case((site,), told, repaired=((SEOUL, FMC_1),), rereads=True, rules=frozenset({"push-failed"}))


def manager_stopped() -> Case:
    """sftunnel of the FMC does not run: no device has a tunnel."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE), stopped=(FMC_1,)).register(BERLIN, SEOUL)
    for device in (BERLIN, SEOUL):
        site.cut(device, COLLECTED - timedelta(hours=2))
    told = dict.fromkeys((FMC_1, BERLIN, SEOUL), Situation.LOOK_ELSEWHERE)
    return Case((site,), told, restarted=((BERLIN, FMC_1), (SEOUL, FMC_1)), rules=frozenset({"sftunnel-not-running", "handshake-failed"}))


def device_stopped() -> Case:
    """sftunnel of one device does not run."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE), stopped=(SEOUL,)).register(BERLIN, SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(hours=2))
    told = {FMC_1: Situation.HEALTHY, BERLIN: Situation.HEALTHY, SEOUL: Situation.LOOK_ELSEWHERE}
    return Case((site,), told, restarted=((SEOUL, FMC_1),), rules=frozenset({"sftunnel-not-running-on-device"}))


def only_the_ca_file() -> Case:
    """Nothing but cacert.pem of the FMC was given. Nothing is restarted, and what lives gets its files by push."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN)
    return Case(
        (site,),
        {FMC_1: Situation.EXPIRED_UNKNOWN},
        pushed=((BERLIN, FMC_1),),
        rules=frozenset({"internal-ca-expired"}),
        given=("etc/sf/ca_root/cacert.pem",),
        refused=frozenset({"install-hotfix"}),
        replaced=0,
    )


TOLD: dict[str, Callable[[], Case]] = {
    "mixed-up": mixed_up,
    "emptied": emptied,
    "expired-leaf": expired_leaf,
    "lives-on-the-old-set": lives_on_the_old_set,
    "manager-stopped": manager_stopped,
    "device-stopped": device_stopped,
    "only-the-ca-file": only_the_ca_file,
}
BY_HAND = {"emptied"}
"""What is repaired by hand. For the others the script comes first, as in their plans."""


@pytest.mark.parametrize(("name", "version"), paired(TOLD, ["TLSv1.2", "TLSv1.3"]))
def test_the_printed_commands_bring_the_tunnel_back(tmp_path: Path, name: str, version: str) -> None:
    """The handshake failed before and succeeds after; nothing else is changed."""
    way = Way.BY_HAND if name in BY_HAND else Way.SCRIPT
    assert STEPS_OF.get(name, frozenset()) <= prove(TOLD[name](), tmp_path, way, version)

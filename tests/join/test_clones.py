"""Two bundles of one day with one UUID, two names and two addresses: a cloned device, of which none may vanish and none is restarted."""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.model.answer import Conflicting, Known
from analyzer.model.result import Result
from tests.builders.pasted import analyzed

FMC, DEVICE = "695e6c00-a1bf-11e6-8201-00005e0053a1", "6ee3ac00-1d4a-11e8-8301-00005e0053b1"
STATUS = """\
	Management Interfaces: 1
	management0 (control events) {address},
**RUN STATUS****fmc-ulm*************
	Key File = /var/sf/peers/{fmc}/sftunnel-key.pem
	ChannelA Connected: {up}
	ChannelB Connected: {up}
	Registration: Completed.
	Connection to peer '198.51.100.7' Attempted at {at}
"""


def _bundle(folder: Path, name: str, address: str, taken: datetime, *, up: bool) -> None:
    files = {
        "dir-archives/etc/hostname": f"{name}\n",
        "dir-archives/etc/sf/ims.conf": f"SWVERSION=7.2.5\nMODEL=Cisco Firepower Threat Defense for VMware\nAPPLIANCE_UUID={DEVICE}\n",
        "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output": STATUS.format(
            address=address, fmc=FMC, up="Yes" if up else "No", at=f"{taken:%a %b %d %H:%M:%S %Y} UTC"
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / f"{name}.tgz", "w:gz") as packed:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mtime = len(text.encode()), int(taken.timestamp())
            packed.addfile(entry, io.BytesIO(text.encode()))


SUNDAY = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)


def _result(folder: Path, second: str, address: str, taken: datetime) -> Result:
    _bundle(folder, "ftdv-1", "192.0.2.11", SUNDAY, up=True)
    _bundle(folder, second, address, taken, up=False)
    return analyzed(folder, {})


def test_a_cloned_device_is_said_to_be_two_and_its_state_is_not_known(tmp_path: Path) -> None:
    result = _result(tmp_path, "ftdv-2", "192.0.2.12", SUNDAY)
    (tunnel,) = result.case.tunnels

    assert isinstance(tunnel.state, Conflicting)
    assert f"two bundles of one day have the UUID {DEVICE}, and are from ftdv-1 (192.0.2.11) and ftdv-2 (192.0.2.12)" in tunnel.state.why
    assert not [file for plan in result.plan.managers for file in plan.files if file.lines]


@pytest.mark.parametrize(
    ("second", "address", "taken"),
    [("ftdv-2", "192.0.2.12", datetime(2026, 3, 1, tzinfo=UTC)), ("ftdv-2", "192.0.2.11", SUNDAY)],
    ids=["renamed and moved since", "renamed"],
)
def test_one_that_was_renamed_is_one(second: str, address: str, taken: datetime, tmp_path: Path) -> None:
    (tunnel,) = _result(tmp_path, second, address, taken).case.tunnels

    assert not isinstance(tunnel.state, Conflicting) or "two bundles" not in tunnel.state.why
    assert isinstance(tunnel.state, (Known, Conflicting))

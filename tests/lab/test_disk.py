"""The manual fix of document 222464, done with the files of two folders: the handshake that failed succeeds."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lab.cast import COLLECTED, EXPIRED, FMC_1, SEOUL
from tests.lab.disk import handshake_from_disk, write_tree
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.site import Site

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_copying_the_three_files_repairs_the_tunnel(tmp_path: Path, version: str) -> None:
    """Half of the copy gives alert 51, all of it gives a tunnel."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(days=5))
    site.renew(COLLECTED - timedelta(days=2), "a hotfix")
    manager = write_tree(fmc_tree(site, COLLECTED), tmp_path / "fmc")
    device = write_tree(ftd_tree(SEOUL, [site], COLLECTED), tmp_path / "ftd")
    here, there = device / f"var/sf/peers/{FMC_1.uuid}", manager / f"var/sf/peers/{SEOUL.uuid}/certs_pushed"

    assert handshake_from_disk(device, manager, FMC_1.uuid, version).client.verify_code == 10

    (here / "cacert.pem").write_bytes((manager / "etc/sf/ca_root/cacert.pem").read_bytes())
    assert handshake_from_disk(device, manager, FMC_1.uuid, version).client.alert_received == 51

    (here / "sftunnel-cert.pem").write_bytes((there / "sftunnel-cert.pem").read_bytes())
    with pytest.raises(ValueError, match="key values mismatch"):
        handshake_from_disk(device, manager, FMC_1.uuid, version)

    (here / "sftunnel-key.pem").write_bytes((there / "sftunnel-key.pem").read_bytes())
    assert handshake_from_disk(device, manager, FMC_1.uuid, version).established

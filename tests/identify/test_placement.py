"""Which box a file came from, and where it stood there."""

from __future__ import annotations

import pytest

from analyzer.identify.placement import place
from analyzer.model.location import Location
from tests.join.builders_facts import FMC_UUID


@pytest.mark.parametrize(
    ("artifact", "member", "root", "path"),
    [
        ("fmc.tar.gz", "dir-archives/etc/sf/ims.conf", "fmc.tar.gz", "/etc/sf/ims.conf"),
        ("fmc.tar.gz", "results-1/dir-archives/var-log/messages.1.gz", "fmc.tar.gz!/results-1", "/var/log/messages.1.gz"),
        ("case.zip", "a/ftd.tar.gz!/dir-archives/var-sf-peers/PEERS_MAP.JSON", "case.zip!/a/ftd.tar.gz", "/var/sf/peers/PEERS_MAP.JSON"),
        (
            "ftd.tgz",
            "command-outputs/usr-local-sf-bin-pmtool status.output",
            "ftd.tgz",
            "/command-outputs/usr-local-sf-bin-pmtool status.output",
        ),
        ("case/fmc/etc/sf/ca_root/cacert.pem", "", "case/fmc", "/etc/sf/ca_root/cacert.pem"),
        ("case/ftd/ngfw/var/log/messages", "", "case/ftd", "/var/log/messages"),
        ("etc/sf/ims.conf", "", "the given folder", "/etc/sf/ims.conf"),
    ],
)
def test_both_flattening_styles_give_the_path_on_the_box(artifact: str, member: str, root: str, path: str) -> None:
    placement = place(Location(artifact, member))

    assert (placement.root, placement.path) == (root, path)


@pytest.mark.parametrize(("artifact", "member"), [("cacert.pem", ""), ("case/notes.txt", ""), ("certs.zip", "a/cacert.pem")])
def test_a_file_outside_the_tree_of_a_box_is_loose_and_stands_for_itself(artifact: str, member: str) -> None:
    placement = place(Location(artifact, member))

    assert placement.loose
    assert placement.root == Location(artifact, member).source


def test_the_peer_folder_names_the_peer() -> None:
    placement = place(Location("ftd.tar.gz", f"dir-archives/var-sf-peers/{FMC_UUID.upper()}/cacert.pem"))

    assert placement.path == f"/var/sf/peers/{FMC_UUID.upper()}/cacert.pem"
    assert placement.peer_uuid == FMC_UUID


def test_the_ngfw_prefix_is_remembered_because_only_a_device_has_it() -> None:
    assert place(Location("x.tar", "dir-archives/ngfw/var/log/messages")).ngfw
    assert not place(Location("x.tar", "dir-archives/var/log/messages")).ngfw

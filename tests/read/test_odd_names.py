"""Names of files in a bundle that hold characters which do not show."""

from __future__ import annotations

import pytest

from analyzer.model.location import Location
from analyzer.model.member import Member
from analyzer.read.odd_names import recognise

MANAGER = "b255f680-a1a6-11e6-8101-00005e005301"


def member(path: str, size: int | None = 0) -> Member:
    return Member(Location("ftd.tar.gz", path), path.rsplit("/", 1)[-1], size, None, lambda: iter(()))


@pytest.mark.parametrize("folder", ["dir-archives/var-sf-peers", "dir-archives/var/sf/peers", "ngfw/var/sf/peers", "var/sf/peers"])
def test_a_file_of_a_peers_folder_with_such_a_name_is_a_row(folder: str) -> None:
    (row,) = recognise(member(f"{folder}/{MANAGER}/sftunnel-key.pem\u200b"))

    assert (row.name, row.size, row.folder) == ("sftunnel-key.pem\u200b", "0", f"/var/sf/peers/{MANAGER}")
    assert row.evidence.location.member.endswith("\u200b")
    assert (row.mode, row.owner) == ("", "")


@pytest.mark.parametrize(
    "path",
    [
        f"dir-archives/var-sf-peers/{MANAGER}/sftunnel-key.pem",
        f"dir-archives/var-sf-peers/{MANAGER}/zertifikat-für-köln.pem",
        "dir-archives/var-log/messages\u200b",
        f"\u200b/var/sf/peers/{MANAGER}/cacert.pem",
    ],
)
def test_other_names_are_passed_over(path: str) -> None:
    assert list(recognise(member(path))) == []


def test_a_size_that_is_not_stated_stays_open() -> None:
    (row,) = recognise(member(f"var/sf/peers/{MANAGER}/cacert.pem\u202e", None))

    assert row.size == ""

"""A header that was lost (by a reader of pictures, a cut, an editor): what follows is never said of the peer before it."""

from __future__ import annotations

import pytest

from analyzer.model.outputs import PeerStatus
from tests.read.outputs_builders import facts

HEADER = "**RUN STATUS****{name}*************\n"
BODY = """\
	Key File = /etc/sf/keys/sftunnel-key.pem
	Cert File = /etc/sf/keys/sftunnel-cert.pem
	CA Cert = /etc/sf/ca_root/cacert.pem
	ChannelA Connected: {up}
	ChannelB Connected: {up}
	Registration: Completed.
	{connection}
**RPC STATUS****{address}*************
"""
UP = BODY.format(
    up="Yes, Interface eth0",
    address="192.0.2.31",
    connection="IPv4 Connection to peer '192.0.2.31' Start Time: Sun Aug  2 16:30:00 2026 UTC",
)
DOWN = BODY.format(up="No", address="192.0.2.32", connection="Connection to peer '192.0.2.32' Attempted at Sun Nov 22 19:29:20 2026 UTC")


def _blocks(text: str) -> list[PeerStatus]:
    return [one for one in facts(text) if isinstance(one, PeerStatus)]


def _without_files(body: str) -> str:
    return "".join(line for line in body.splitlines(keepends=True) if " = " not in line)


@pytest.mark.parametrize("broken", ["", '*"RUN 5TATUS*"**ftd-b*****\n', "RUN STATUS ftd-b\n"], ids=["none", "misread", "no stars"])
@pytest.mark.parametrize("shape", [str, _without_files], ids=["with files", "without files"])
def test_the_block_behind_a_lost_header_is_another_peers(broken: str, shape: object) -> None:
    text = HEADER.format(name="ftd-a") + shape(UP) + broken + shape(DOWN)  # type: ignore[operator]
    first, second = _blocks(text)

    assert (first.peer_name, first.control, first.event) == ("ftd-a", True, True)
    assert (second.peer_name, second.peer_address, second.control, second.event) == ("", "192.0.2.32", False, False)


def test_two_blocks_with_headers_stay_two() -> None:
    text = HEADER.format(name="ftd-a") + UP + HEADER.format(name="ftd-b") + DOWN

    assert [(one.peer_name, one.control) for one in _blocks(text)] == [("ftd-a", True), ("ftd-b", False)]

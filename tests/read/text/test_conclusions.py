"""Whatever a program made of a text, the same is concluded from it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from analyzer.cli.exit_codes import exit_code
from analyzer.model.answer import Known
from analyzer.pipeline import Options, analyze
from tests.read.text.pages import PAGES
from tests.read.text.transcripts import transcript

_DOWN = [
    "Registration: Completed.",
    "Connection to peer '{peer}' Attempted at Sun Nov 22 19:21:57 2026 UTC",
    "Last disconnect time : Sun Nov 22 03:19:09 2026 UTC",
    "Last disconnect reason : Both control and event channel connections with peer went down",
]
TEXTS = {
    "an expired CA": transcript("fmc-riga", "ftd-oslo", "192.0.2.9", datetime(2026, 9, 20, 4, 10, 47, tzinfo=UTC)),
    "a brief status": ["> sftunnel-status-brief", "PEER:198.51.100.61", *(line.format(peer="198.51.100.61") for line in _DOWN)],
    "managers": [
        "> show managers",
        "Type                      : Manager",
        "Host                      : fmc-q.example.com",
        "Registration              : Completed",
        "Version                   : 7.2.5 (Build 208)",
        "",
        "> sftunnel-status-brief",
        "PEER:fmc-q.example.com",
        *(line.format(peer="fmc-q.example.com") for line in _DOWN),
    ],
    "a status": [
        "root@fmc-riga:/Volume/home/admin# sftunnel_status.pl",
        "",
        "SFTUNNEL Start Time: Sun Jul  5 19:30:00 2026",
        "\tManagement Interfaces: 1",
        "\teth0 (control events) 198.51.100.7,",
        "",
        "**RUN STATUS****ftd-oslo*************",
        "\tChannelA Connected: Yes, Interface eth0",
        "\tChannelB Connected: Yes, Interface eth0",
        "\tRegistration: Completed.",
        "\tIPv4 Connection to peer '192.0.2.12' Start Time: Sun Jul  5 19:31:00 2026",
        "",
        "PEER INFO:",
        "\tsw_version 7.2.5",
        "\tPeer channel Channel-A is valid type (CONTROL), using 'eth0', connected to '192.0.2.12' via '198.51.100.7'",
        "\tPeer channel Channel-B is valid type (EVENT), using 'eth0', connected to '192.0.2.12' via '198.51.100.7'",
    ],
}


def concluded(data: str, folder: Path) -> tuple[object, ...]:
    file = folder / "in.txt"
    file.write_bytes(data.encode())
    result = analyze([file], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="the test"))
    states = tuple(tunnel.state.value if isinstance(tunnel.state, Known) else None for tunnel in result.case.tunnels)
    return exit_code(result), states, len(result.case.managers), len(result.case.devices), len(result.case.not_understood)


@cache
def plainly(text: str) -> tuple[object, ...]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return concluded("\n".join(TEXTS[text]) + "\n", Path(folder))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("page", PAGES)
def test_the_same_is_concluded(page: str, text: str, tmp_path: Path) -> None:
    assert concluded(PAGES[page](TEXTS[text]), tmp_path) == plainly(text)


@pytest.mark.parametrize("before", ["[2026-11-23 00:12] Kim, Example: ", "2026-11-23 00:12:04.120 ", "noc-bot: "])
@pytest.mark.parametrize("state", ["Pending", "Failed", "Completed"])
def test_the_managers_alone_are_read_behind_a_prefix(before: str, state: str, tmp_path: Path) -> None:
    rows = {"Type": "Manager", "Host": "198.51.100.61", "Display name": "fmc-riga", "Registration": state}
    lines = ["> show managers", *(f"{key:<26}: {value}" for key, value in rows.items())]

    assert concluded("".join(f"{before}{line}\n" for line in lines), tmp_path) == concluded("\n".join(lines) + "\n", tmp_path)
    assert concluded("\n".join(lines) + "\n", tmp_path)[2:4] == (1, 1)

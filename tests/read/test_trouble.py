"""Lines that say of a device that it is not connected, in many languages and forms, and lines that don't."""

from __future__ import annotations

import pytest

from analyzer.model.ending import ExitCode, exit_code
from analyzer.read.trouble import says_not_connected
from tests.careful.pasted import VALID, at_fmc, dates, judged, status, up

SAID = [
    "{name} has been offline since Friday",
    "{name} is shown as disabled in the FMC since the reboot, the others are fine:",
    "{name} shows a red cross, no idea why",
    "Deployment to device {name} failed: Unable to connect to the device.",
    "{name} ist seit gestern offline und wird rot angezeigt",
    "{name} ist vom FMC getrennt",
    "wir haben zu {name} keine Verbindung mehr",
    "{name} hängt seit dem Reboot",
    "{name} está desconectado desde ayer",
    "el {name} está fuera de línea",
    "{name} est hors ligne depuis hier",
    "{name} n'est plus connecté au FMC",
    "{name} è disconnesso",
    "{name} está sem conexão",
    "{name} is niet bereikbaar",
    "{name} 장비가 재부팅 후 FMC와 연결이 끊어졌습니다",
    "{name} 오프라인",
    "{name}は切断されています",
    "{name} がハートビートを送信していません",
    "{name} 已离线",
    "{name};FPR1120;7.2.5;Disconnected",
    "{name}\tFirepower 1120\t7.2.5\tOffline",
    '<device name="{name}" connected="false" health="critical"/>',
]
ALONE = ["  isConnected: false", '"isConnected": false,', "All (2) | Error (1) | Warning (0) | Offline (1) | Normal (1)"]
NOT = [
    "no device is offline, HH-FW2 included",
    "kein Gerät ist offline, auch HH-FW2 nicht",
    "All (2) | Error (0) | Warning (0) | Offline (0) | Normal (2)",
    "the meeting was dropped, sorry",
    "I was offline for 20 min, back at 7:30 pm",
    "all of them are fine",
    "alles läuft, nichts ist rot",
    "the pool is down the road",
    "fw-9 is connected",
    "isConnected: true",
    "7.2.5 is down to 3 GB",
]


@pytest.mark.parametrize("name", ["HH-FW2", "192.0.2.12", "fw9.example.net", "edge_2"])
@pytest.mark.parametrize("said", SAID)
def test_a_device_that_somebody_says_is_not_connected_is_heard(said: str, name: str) -> None:
    assert says_not_connected(said.format(name=name))


@pytest.mark.parametrize("line", ALONE)
def test_a_record_and_a_count_need_no_name(line: str) -> None:
    assert says_not_connected(line)


@pytest.mark.parametrize("line", NOT)
def test_other_lines_say_nothing_of_a_device(line: str) -> None:
    assert not says_not_connected(line)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("said", [*SAID, *ALONE])
def test_such_a_line_beside_a_healthy_output_keeps_the_all_clear_away(said: str, first: bool) -> None:
    line = said.format(name="hh-fw2")
    fine = dates(at_fmc("fmc-1"), VALID) + status(at_fmc("fmc-1"), up("ftd-1", "192.0.2.11"))
    result = judged(f"{line}\n\n{fine}" if first else f"{fine}\n\n{line}\n")

    assert exit_code(result) is not ExitCode.CLEAR
    assert any("hh-fw2" in notice.text or line.strip()[:20] in notice.text for notice in result.case.notices)


@pytest.mark.parametrize("name", ["list.csv", "list.txt", "facts.yml", "devices.html", "records.xml"])
def test_it_is_heard_in_a_file_of_its_own(name: str) -> None:
    fine = dates(at_fmc("fmc-1"), VALID) + status(at_fmc("fmc-1"), up("ftd-1", "192.0.2.11"))
    line = "<tr><td>hh-fw2</td><td>Disconnected</td></tr>" if name.endswith("html") else "hh-fw2;Disconnected\nisConnected: false\n"

    assert exit_code(judged({"fmc.txt": fine, name: line})) is not ExitCode.CLEAR


def test_a_healthy_output_alone_is_an_all_clear() -> None:
    fine = dates(at_fmc("fmc-1"), VALID) + status(at_fmc("fmc-1"), up("ftd-1", "192.0.2.11"))

    assert exit_code(judged({"fmc.txt": fine, "note.txt": "all of them are fine\n"})) is ExitCode.CLEAR

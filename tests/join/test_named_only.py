"""A device that a person names, in whatever language or notation, and of which no output is in evidence, keeps an all-clear away."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli.exit_codes import exit_code
from tests.builders.pasted import analyzed
from tests.join.test_afterwards import BONN, DATES, SUN, _status

FINE = DATES + _status(SUN, ("HH-FW1", BONN[1]))
NAMES = {
    "german": "HH-FW2 ist seit gestern offline und wird rot angezeigt.",
    "french": "HH-FW2 (192.0.2.12) est hors ligne depuis hier",
    "spanish": "el sensor HH-FW2 aparece desconectado en el FMC desde ayer",
    "korean, by address": "192.0.2.12 장비가 재부팅 후 연결이 끊어졌습니다",
    "japanese": "HH-FW2 がダウンしています",
    "a chat": "[20:05] Max Mustermann: HH-FW2 hängt seit dem Reboot",
    "a domain": "hh-fw2.corp.example: keine Verbindung",
    "markdown": "| HH-FW2 | Regensburg | getrennt |",
}
RECORDS = {
    "xml": ("rec.xml", '<?xml version="1.0"?>\n<devices>\n <device name="HH-FW2" ip="192.0.2.12" connected="false"/>\n</devices>\n'),
    "yaml": ("facts.yml", "- name: HH-FW2\n  hostName: 192.0.2.12\n  isConnected: false\n"),
    "json": ("d.json", '{"items": [{"id": "1", "name": "HH-FW1", "type": "Device"}, {"id": "2", "name": "HH-FW2", "type": "Device"}]}'),
    "html": ("d.html", "<html><body><table><tr><td>HH-FW2</td><td>192.0.2.12</td><td>Disconnected</td></tr></table></body></html>"),
    "csv of another separator": ("geraete.csv", "Name;IP;Modell;Version;Zustand\nHH-FW2;192.0.2.12;FPR1120;7.2.5;getrennt\n"),
}


def _exit_code(folder: Path, files: dict[str, str], **named: str) -> int:
    folder.mkdir()
    for name, text in named.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return exit_code(analyzed(folder, files))


@pytest.mark.parametrize("said", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("beside", [True, False], ids=["a file of its own", "around the output"])
def test_a_sentence_in_any_language_about_a_device_without_an_output_keeps_an_all_clear_away(
    said: str, *, beside: bool, tmp_path: Path
) -> None:
    files = {"a": FINE, "note": f"{said}\n"} if beside else {"a": f"{said}\n\n{FINE}"}

    assert _exit_code(tmp_path / "case", files) == 5


@pytest.mark.parametrize(("name", "text"), RECORDS.values(), ids=RECORDS)
def test_so_does_a_record_that_no_reader_knows(name: str, text: str, tmp_path: Path) -> None:
    assert _exit_code(tmp_path / "case", {"a": FINE}, **{name.replace(".", "__"): text}) == 5


@pytest.mark.parametrize(
    "said",
    [
        "Alle Sensoren sind online, kein Gerät ist offline.",
        "anbei die Ausgabe von HH-FW1 (192.0.2.11), Release 7.2.5.1, Ticket SR-697112233",
        "hh-fw1.corp.example is the one that we asked about, since build 208 of 10.0.0.1 came out; mask 255.255.255.0",
        "Windows 11, Office365, IPv4, eth0, TLSv1.2, sha256",
    ],
)
def test_what_names_the_devices_in_evidence_or_something_else_does_not(said: str, tmp_path: Path) -> None:
    assert _exit_code(tmp_path / "case", {"a": f"{said}\n\n{FINE}"}) == 0


def test_in_a_language_of_which_no_words_are_known_the_notice_names_them(tmp_path: Path) -> None:
    said = {"a": FINE, "b": "HH-FW2 (192.0.2.12) nie działa od wczoraj"}
    texts = [one.text for one in analyzed(tmp_path, said).case.notices if one.doubts]

    assert (
        "A text names HH-FW2, 192.0.2.12, and the evidence contains no output of them: the text was not understood, and the tunnels may be "
        "down."
    ) in texts

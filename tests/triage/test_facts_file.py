"""What was read is stored, and taken back as it was: concluding of it again gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.gather import Gathered
from analyzer.pipeline import Options, conclude, read_case
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.texts import remembering, speaking
from analyzer.triage.facts_file import NotOfThisVersion, pack, unpack
from tests.evidence.running import folders

SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "samples").iterdir() if (path / "evidence").is_dir())
DAMAGEABLE = {".gz", ".tgz", ".pcap", ".pcapng", ".pem", ".zip", ".log", ".json", ".cer", ".der"}
OPTIONS = Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="--as-of")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_concluded_of_its_stored_facts_is_the_same_to_the_byte(sample: Path) -> None:
    read = read_case([sample / "evidence"], OPTIONS)

    again, key = unpack(pack(read, "a key"))

    assert key == "a key"
    assert again.facts == read.facts
    first, second = conclude(read, OPTIONS), conclude(again, OPTIONS)
    assert render_json(first) == render_json(second)
    assert render_html(first) == render_html(second)


def test_what_was_read_of_every_case_of_the_corpus_comes_back_in_every_language() -> None:
    different = []
    for folder in folders():
        with remembering():
            read = read_case([folder / "in"], OPTIONS)
        with speaking("ko"):
            spoken = read_case([folder / "in"], OPTIONS)
        stored = pack(read, "")
        different += [folder.name for language, was in (("en", read), ("ko", spoken)) if _all(unpack(stored, language)[0]) != _all(was)]

    assert different == []


def _all(read: Gathered) -> str:
    """Every field: two pieces of evidence are equal whatever lines stand around them."""
    return repr((read.facts, read.incomplete, read.artifacts, read.members))


DAMAGED = [path for sample in SAMPLES for path in sorted((sample / "evidence").rglob("*")) if path.suffix in DAMAGEABLE]


@pytest.mark.parametrize("cut", [0, 7, 90, 400, -3, -200])
def test_what_is_said_of_damage_is_stored_for_every_language(cut: int, tmp_path: Path) -> None:
    """Each file of a kind of its own, cut, and with some of its bytes turned around."""
    for number, path in enumerate({path.suffix: path for path in DAMAGED}.values()):
        data = bytearray(path.read_bytes()[:cut])
        (tmp_path / f"{number}-cut{path.suffix}").write_bytes(data)
        for place in range(11, len(data), 301):
            data[place] ^= 0x5A
        (tmp_path / f"{number}-odd{path.suffix}").write_bytes(data)

    with remembering():
        stored = pack(read_case([tmp_path], OPTIONS), "")
    with speaking("ko"):
        spoken = read_case([tmp_path], OPTIONS)

    assert _all(unpack(stored, "ko")[0]) == _all(spoken)
    assert spoken.incomplete


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:40],
    "empty": lambda data: b"",
    "another end": lambda data: data[:-9] + b"123456789",
    "another beginning": lambda data: b"x" + data,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_of_no_version(damage: str) -> None:
    data = pack(read_case([SAMPLES[0] / "evidence"], OPTIONS), "k")

    with pytest.raises(NotOfThisVersion):
        unpack(DAMAGES[damage](data))

"""What was read is stored, and taken back as it was: concluding of it again gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.pipeline import Options, conclude, read_case
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.triage.facts_file import NotOfThisVersion, pack, unpack
from tests.evidence.running import folders

SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "samples").iterdir() if (path / "evidence").is_dir())
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


def test_so_is_every_case_of_the_corpus() -> None:
    different = []
    for folder in folders():
        read = read_case([folder / "in"], OPTIONS)
        again, _key = unpack(pack(read, ""))
        if render_json(conclude(read, OPTIONS)) != render_json(conclude(again, OPTIONS)):
            different.append(folder.name)

    assert different == []


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

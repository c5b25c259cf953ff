"""The fuzz targets stay alive, and what they once found stays found."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, seeds

CRASHES = Path(__file__).with_name("crashes")
FOUND = sorted(path for path in CRASHES.glob("*/*") if path.is_file())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_has_seeds_and_passes_over_them_whole_cut_and_damaged(name: str) -> None:
    tried = 0
    for seed in itertools.islice(seeds(name), 6):
        data = seed[:8192]
        damaged = bytearray(data)
        damaged[len(data) // 3 :: 97] = b"\xff" * len(damaged[len(data) // 3 :: 97])
        for changed in (data, data[: len(data) // 2], bytes(damaged)):
            TARGETS[name].run(changed)
        tried += 1
    assert tried


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_broke_a_target_no_longer_does(path: Path) -> None:
    TARGETS[path.parent.name].run(path.read_bytes())


def test_a_target_takes_no_bytes_at_all() -> None:
    for target in TARGETS.values():
        target.run(b"")

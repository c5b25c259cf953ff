"""The fuzz targets stay alive, and what they once found stays found."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, seeds

CRASHES = Path(__file__).with_name("crashes")
"""Inputs that once broke a target, one folder each: what the fuzzer finds is put there."""


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_has_seeds_and_passes_over_them_whole_cut_and_damaged(name: str) -> None:
    tried = 0
    found = (path.read_bytes() for path in sorted((CRASHES / name).glob("*")))
    for seed in itertools.chain(found, itertools.islice(seeds(name), 6)):
        data = seed[:8192]
        damaged = bytearray(data)
        damaged[len(data) // 3 :: 97] = b"\xff" * len(damaged[len(data) // 3 :: 97])
        for changed in (data, data[: len(data) // 2], bytes(damaged)):
            TARGETS[name].run(changed)
        tried += 1
    assert tried


def test_a_target_takes_no_bytes_at_all() -> None:
    for target in TARGETS.values():
        target.run(b"")

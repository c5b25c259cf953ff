"""A file that is named as a capture and is none is named as not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.pipeline import Options, analyze
from tests.careful.pasted import TODAY, VALID, at_fmc, dates, status, up

NOISE = bytes((index * 37 + 11) % 251 for index in range(3_000))


@pytest.mark.parametrize("name", ["x.pcapng", "X.PCAP", "tunnel.cap"])
def test_a_misnamed_capture_keeps_the_all_clear_away(tmp_path: Path, name: str) -> None:
    (tmp_path / "fmc.txt").write_text(dates(at_fmc("fmc-1"), VALID) + status(at_fmc("fmc-1"), up("ftd-1", "192.0.2.11")), encoding="utf-8")
    (tmp_path / name).write_bytes(NOISE)
    result = analyze([tmp_path], Options(as_of=TODAY, as_of_source="--as-of"))

    assert any(name in str(one.location) and "capture" in one.reason for one in result.incomplete)


def test_noise_of_another_name_is_none(tmp_path: Path) -> None:
    (tmp_path / "fmc.txt").write_text(dates(at_fmc("fmc-1"), VALID), encoding="utf-8")
    (tmp_path / "logo.bin").write_bytes(NOISE)

    assert analyze([tmp_path], Options(as_of=TODAY, as_of_source="--as-of")).incomplete == ()

"""Among much other traffic, the same connections, certificates and alerts as tshark finds in the whole file."""

from __future__ import annotations

import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.pipeline import Options, analyze
from analyzer.report.document import render_json
from benchmarks.captures import big_capture
from benchmarks.found import FIELDS, FILTER, PREFERENCES, by_us, compare
from tests.read.captures.dissector import TSHARK, needs_tshark


@needs_tshark
def test_the_same_is_found_as_in_the_whole_file_and_a_difference_is_told(tmp_path: Path) -> None:
    capture, result, answer = tmp_path / "span.pcap", tmp_path / "result.json", tmp_path / "answer.txt"
    big_capture(capture, 6_000_000, 10)
    found = analyze([capture], Options(datetime(2026, 11, 23, tzinfo=UTC), "test", tshark=TSHARK))
    result.write_text(render_json(found))
    asked = [str(TSHARK), "-r", str(capture), *shlex.split(PREFERENCES), "-Y", FILTER, *shlex.split(FIELDS)]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout

    answer.write_text(said)
    compare(result, answer)

    assert [len(every) for every in (by_us(result).connections, by_us(result).certificates, by_us(result).alerts)] == [10, 15, 5]
    answer.write_text("\n".join(line for line in said.splitlines() if not line.endswith("\t45")))
    with pytest.raises(AssertionError, match="alerts: 5 only here, 0 only there"):
        compare(result, answer)

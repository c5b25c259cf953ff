"""Ctrl-C ends in what is known so far."""

from __future__ import annotations

import gc
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer import gather
from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.run import run_comparison
from analyzer.gather import STOPPED
from analyzer.model.facts import Fact
from analyzer.model.member import Member
from analyzer.pipeline import Options, analyze
from analyzer.read.context import ReadContext

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
PEM = Path(__file__).parents[1] / "samples/10-single-pem/evidence/cacert.pem"


def test_what_was_read_before_is_judged_and_the_result_is_incomplete(tmp_path: Path) -> None:
    (tmp_path / "1.pem").write_bytes(PEM.read_bytes())
    (tmp_path / "2.log").write_bytes(b"more\n")

    calls = 0

    def interrupt(count: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:  # the second file
            raise KeyboardInterrupt

    result = analyze([tmp_path], Options(AS_OF, "--as-of"), interrupt)

    assert result.facts == 1
    assert result.findings
    assert [damage.reason for damage in result.incomplete] == [STOPPED]


@pytest.mark.parametrize("half", ["before", "after"])
def test_a_comparison_that_is_stopped_in_either_half_says_so_and_compares_nothing(
    half: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cacert.pem").write_bytes(PEM.read_bytes())
    read = gather.read_member

    def interrupted(member: Member, context: ReadContext) -> Generator[Fact, None, None]:
        if member.location.artifact.startswith(half):
            raise KeyboardInterrupt
        return read(member, context)

    monkeypatch.setattr(gather, "read_member", interrupted)

    code = run_comparison(str(tmp_path / "before"), str(tmp_path / "after"), AS_OF, "--as-of")

    told = capsys.readouterr()
    assert code is ExitCode.INCOMPLETE
    assert (told.out, told.err) == ("", "sftunnel-analyzer: stopped before the end: nothing was compared\n")


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool, tmp_path: Path) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        analyze([tmp_path], Options(AS_OF, "--as-of"))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()

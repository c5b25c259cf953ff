"""What this program wrote is no evidence of the next run, in any language; and nothing else is taken for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.join.build import build_case
from analyzer.model.facts import Fact
from analyzer.model.location import Location
from analyzer.model.member import Damage, Member
from analyzer.model.outputs import OwnOutput
from analyzer.pipeline import Options, analyze
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.report.runbook import plan_files

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "samples/04-expired-one-up-two-down/evidence"


def written(language: str) -> list[str]:
    """Every text file that a run writes, but for the lists for the copy scripts."""
    result = analyze([SAMPLE], Options(AS_OF, "--as-of", language=language))
    return [render_html(result), render_json(result), *(one.text for one in plan_files(result) if one.path.endswith(".txt"))]


def read(text: str, name: str = "given") -> list[Fact]:
    def chunks() -> Iterator[bytes]:
        yield from iter(lambda: stream.read(1 << 20), b"")

    stream = io.BytesIO(text.encode())
    return list(read_member(Member(Location(name), name, None, None, chunks), ReadContext(AS_OF)))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_file_of_ours_gives_one_fact_that_says_so(language: str) -> None:
    files = written(language)

    assert len(files) > 5
    assert [[type(fact) for fact in read(text)] for text in files] == [[OwnOutput]] * len(files)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_map_of_a_redaction_is_ours(end: str) -> None:
    (fact,) = read(f"kind,original,substitute{end}host,ftd-seoul,host-1{end}", "report.names.csv")

    assert isinstance(fact, OwnOutput)


LOG = (
    "Nov 22 18:59:00 ftd-1 SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] Connected to 198.51.100.7 from x\n"
    "Nov 22 18:59:00 ftd-1 SF-IMS[1]: [2] sftunnel:sf_ssl [ERROR] err 10:certificate has expired\n"
)


@pytest.mark.parametrize(
    "before",
    [
        "# Case 4711: sftunnel-analyzer 0.1.0 said that the CA has expired\n",
        "\n# Made by sftunnel-analyzer 0.1.0\n\n",
        "root@fmc-1:~# sftunnel-analyzer 0.1.0, rules 86083235bbb28935\n",
        "<!DOCTYPE html><title>mail</title><pre>\n",
        '{"schema_version": 1, "tool_version": "0.1.0"}\n',
        "kind,original,substitute,and more\n",
    ],
)
def test_notes_that_only_speak_of_this_program_are_read(before: str) -> None:
    facts = read(before + LOG)

    assert facts
    assert not any(isinstance(fact, OwnOutput) for fact in facts)


def test_what_was_left_out_is_said_once_with_the_places() -> None:
    page = "# The plan\n#     Made by sftunnel-analyzer 0.1.0, rules 86083235bbb28935, as of today.\n"
    facts = [fact for name in ("plan/00.txt", "plan/01.txt") for fact in read(page, name)]

    (notice,) = build_case(facts, AS_OF).notices
    assert notice.text == ("2 files are reports or plans from this program and not evidence: they were skipped (plan/00.txt, plan/01.txt).")
    assert not notice.grave


def test_a_second_run_in_the_same_folder_comes_to_the_same_verdict(tmp_path: Path) -> None:
    for path in SAMPLE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    first = analyze([tmp_path], Options(AS_OF, "--as-of"))
    for number, text in enumerate(written("en")):
        (tmp_path / f"written-{number}").write_text(text, encoding="utf-8")
    for file in plan_files(first):
        (tmp_path / file.path.replace("/", "-")).write_text(file.text, encoding="utf-8")

    second = analyze([tmp_path], Options(AS_OF, "--as-of"))

    assert second.plan == first.plan
    assert second.findings == first.findings
    assert not any(notice.grave for notice in second.case.notices)


HEADS = {
    "page": "# The plan\n#     Made by sftunnel-analyzer 0.1.0, rules 86083235bbb28935, as of today.\n",
    "map": "kind,original,substitute\nhost,ftd-seoul,host-1\n",
    "report": '<!doctype html><meta name="generator" content="sftunnel-analyzer 0.1.0">\n<pre>\n</pre></html>\n',
    "document": '{"schema_version":2,"tool_version":"0.1.0","rules_version":"x","as_of_source":"--as-of"}\n',
}
STATUS = "root@fmc-1:~# sftunnel_status.pl\n**RUN STATUS****ftd-1*************\n\tChannelA Connected: No\n"


@pytest.mark.parametrize("other", [LOG, STATUS], ids=["log", "status"])
@pytest.mark.parametrize("kind", HEADS)
def test_evidence_behind_the_head_of_one_of_ours_is_not_hidden_in_silence(kind: str, other: str) -> None:
    """Left out it stays, as what follows may be quoted; but the result is incomplete."""
    own, damage = read(HEADS[kind] + other)

    assert isinstance(own, OwnOutput)
    assert isinstance(damage, Damage)
    assert "contains other lines" in damage.reason


@pytest.mark.parametrize("kind", HEADS)
def test_one_of_ours_alone_holds_no_other_lines(kind: str) -> None:
    assert [type(fact) for fact in read(HEADS[kind])] == [OwnOutput]

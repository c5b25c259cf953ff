"""Which period a log covers, and where it is silent."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.join.coverage import SILENT, coverage
from analyzer.model.location import Location
from analyzer.model.log import LogEvent
from analyzer.pipeline import Options, analyze
from analyzer.read import logs
from analyzer.read.context import ReadContext
from analyzer.read.text import read_text

START = datetime(2026, 3, 1, tzinfo=UTC)


def line(moment: datetime, host: str = "ftd-9") -> str:
    return f"{moment:%b} {moment.day:>2} {moment:%Y %H:%M:%S} {host} SF-IMS[1]: [2] sftunneld:sf_ssl [INFO] Start connection to : 192.0.2.9"


def events(name: str, *lines: str) -> list[LogEvent]:
    text = read_text(["\n".join(lines).encode()], Location(name), name, None)
    return list(logs.read(text, ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 5 * 86_400), min_size=1, max_size=20))
def test_the_period_and_its_silences(gaps: list[int]) -> None:
    moments = [START]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))

    [one] = coverage(events("messages", *map(line, moments)))
    assert (one.first, one.last, one.lines, one.host) == (moments[0], moments[-1], len(moments), "ftd-9")
    assert [(s.begins, s.ends) for s in one.silences] == [(a, b) for a, b in itertools.pairwise(moments) if b - a > SILENT]


def test_hosts_and_rotated_files_are_kept_apart_and_the_gap_between_two_rotated_files_counts() -> None:
    old = events("messages.1", line(START), line(START, "ftd-8"))
    new = events("messages", line(START + timedelta(days=3)))

    found = coverage([*new, *old])
    assert [(one.source, one.host, len(one.silences)) for one in found] == [
        ("messages", "ftd-9", 0),
        ("messages.1", "ftd-8", 0),
        ("messages.1", "ftd-9", 1),
    ]


def test_a_gap_over_the_end_of_the_ca_is_said(tmp_path: Path) -> None:
    text = [
        "root@fmc-9:~# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem",
        "notBefore=Mar  6 00:00:00 2016 GMT",
        "notAfter=Mar  4 00:00:00 2026 GMT",
    ]
    (tmp_path / "fmc.txt").write_text("\n".join(text))
    (tmp_path / "messages").write_text("\n".join([line(START), line(START + timedelta(days=9))]))
    result = analyze([tmp_path], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="the test"))

    assert len(result.case.coverage) == 1
    assert any("is in that gap" in notice.text and "2026-03-04" in notice.text for notice in result.case.notices)

"""Logs keep to the documented grammar, and assumptions stand where they belong."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.lab.assumed import Assumption, assumed, assumptions
from tests.lab.logs import Log, attempts
from tests.lab.noise import everyday, transfers
from tests.lab.tls import Seen

WHEN = datetime(2026, 11, 2, 4, 10, 47, tzinfo=UTC)
GRAMMAR = re.compile(r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ SF-IMS\[\d+\]: \[\d+\] sftunneld?:\w+ \[(INFO|WARN|ERROR)\] \S.*$")
REFUSED = Seen(10, "certificate has expired", 1, "/title=InternalCA", "/title=InternalCA", 45, None, "error:0A000086:SSL routines::x")
HERE = Path(__file__).parent


def test_a_failed_attempt_reads_as_in_the_document() -> None:
    """Ten lines in the order of document 222464, all in one second, by one thread."""
    log = Log("ftd-seoul")

    log.failed_as_client(WHEN, 51982, "198.51.100.7", REFUSED)

    lines = log.text().decode().splitlines()
    words = [line.split("] ", 3)[-1][:20] for line in lines]
    assert all(GRAMMAR.match(line) for line in lines)
    assert lines[6] == "Nov  2 04:10:47 ftd-seoul SF-IMS[50792]: [51982] sftunnel:sf_ssl [ERROR] err 10:certificate has expired"
    assert [w.split()[0] for w in words] == [
        *("Initiating", "Wait", "Connected", "-Error", "issuer", "subject", "err", "SSL_renegotiate", "Connect:SSL", "SSL"),
    ]


def test_the_other_side_reads_as_in_the_document() -> None:
    """The manager only hears an alert: no certificate error of its own."""
    log = Log("fmc-1", process="sftunneld")

    log.failed_as_server(WHEN, 4171, "192.0.2.12", Seen(0, "ok", None, "", "", None, 45, "error:0A000415:SSL routines::y"))

    lines = log.text().decode().splitlines()
    assert all(GRAMMAR.match(line) for line in lines)
    assert [line.split("[")[3].split("]")[0] for line in lines] == ["INFO", "ERROR", *["WARN"] * 3, "INFO", *["ERROR"] * 4]


def test_dated_lines_have_a_year() -> None:
    """comms.log, as far as it is known."""
    log = Log("ftd-seoul", dated=True)

    log.established(WHEN, 51982, "198.51.100.7")

    assert log.text().startswith(b"2026-11-02 04:10:47 ftd-seoul SF-IMS[50792]: [51982] sftunnel:sf_ssl [INFO] Initiating")


def test_lines_come_in_order_of_time_and_can_be_rotated() -> None:
    """What is before the rotation and what is after make the whole."""
    log = Log("fmc-1")
    everyday(log, WHEN, WHEN.replace(hour=9), fmc=True)
    transfers(log, WHEN, WHEN.replace(hour=9), "a72dbf00-1d37-11e8-a222-00005e005322")
    middle = WHEN.replace(hour=7)

    assert log.text(end=middle) + log.text(start=middle) == log.text()
    assert log.last(middle) < middle <= log.last()


def test_attempts_follow_about_every_44_seconds() -> None:
    """As in a public registration log."""
    times = [when for when, _ in attempts(WHEN, WHEN.replace(minute=30))]

    gaps = {(b - a).seconds for a, b in pairwise(times)}
    assert gaps <= set(range(42, 47))


@pytest.mark.parametrize("assumption", assumptions().values(), ids=lambda a: a.name)
def test_assumptions_are_marked(assumption: Assumption) -> None:
    """Each says how sure we are, why, and keeps what a source does show."""
    assert assumption.tag in {"RECALLED", "INFERRED"}
    assert assumption.why
    assert assumption.source
    if assumption.name.startswith("log.") and assumption.known:
        shown = assumption.text.replace("{name}", "/title=InternalCA").replace("{error}", "error:").replace("resolved", "f")
        assert assumption.known.removesuffix(" f") in shown


def test_an_unknown_assumption_is_an_error() -> None:
    """Nothing is made up on the way."""
    with pytest.raises(KeyError):
        assumed("log.no-such-line")
    with pytest.raises(KeyError):
        assumed("log.waiting")


def test_every_assumption_is_used_and_the_lab_stands_alone() -> None:
    """No dead entry, apart from those that only explain; no import of what the lab is there to judge."""
    sources = {path: path.read_text(encoding="utf-8") for path in HERE.rglob("*.py")}
    text = "".join(sources.values())
    only_explained = {"leaf.subject", "bundle.secrets"}
    unused = [name for name in assumptions() if f'"{name}"' not in text and f"'{name}'" not in text]

    assert set(unused) <= only_explained
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "analyzer" for name in names), path

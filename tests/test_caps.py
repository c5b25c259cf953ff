"""Every cap, lowered until the evidence trips it: the result is incomplete, names the cap and the input, and the rest goes on.

A new cap without a way to trip it fails here.
"""

from __future__ import annotations

import itertools
import lzma
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.collect import budget
from analyzer.model.limits import Limits
from analyzer.model.member import Damage, DamageKind
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.read.captures.tshark import TsharkRun
from tests.collect.builders_archives import gz, noise, old_sparse, put, tar, zipped
from tests.read import builders_certificates as build
from tests.read.captures import packets as p
from tests.read.captures.dissector import needs_pyshark
from tests.read.captures.programs import program
from tests.read.captures.scenarios import captured, wifi, without

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
LINE = b"Nov 20 10:00:0%d ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
LOG = b"".join(LINE % second for second in range(9))
PER_LOG = 9 + 2
"""The facts that the limits count for it: its events, who speaks (`Passage`), and the time of its file (`FileSeen`)."""
NEIGHBOUR = "z-neighbour.log"
"""The input behind the one that trips the cap: one line of log."""


@dataclass(frozen=True)
class Trip:
    """What trips a cap once it has the value ``lowered``.

    ``at`` is the location named, ``goes_on`` whether the next input is read. ``tshark`` is what a program in its place does.
    """

    lowered: int
    content: bytes
    file: str = "a.dat"
    at: str = ""
    names: str = ""
    goes_on: bool = True
    tshark: str = ""
    others: Callable[[Limits], Limits] = lambda limits: limits


def _pem(count: int) -> bytes:
    return "".join(build.pem(build.certificate_der(serial=serial)) for serial in range(1, count + 1)).encode()


def _lines(content: bytes) -> int:
    return content.count(b"\n")


def _key() -> bytes:
    return build.pem(build.key_der(build.rsa_key("leaf")), "PRIVATE KEY").encode()


SESSION = b"root@fmc-1:~# sftunnel_status.pl\n" + b"SFTUNNEL Start Time: Mon Nov 23 10:00:00 2026\n" * 40

WIFI = p.pcap(captured("good-12", frame=wifi, link=105))
"""Only tshark can unwrap it."""

HALVES = [
    p.Packet(p.START + ident, p.ethernet(p.ipv4((8305).to_bytes(2) * 2 + bytes(396), p.FTD, p.FMC, ident=ident, fragment=0x2000)))
    for ident in range(2)
]
"""The first fragments of two packets."""

TRIPS: dict[str, Trip] = {
    "artifacts": Trip(1, b"first", "1.txt", at=f"case/{NEIGHBOUR}", goes_on=False),
    "input_bytes": Trip(100_000, gz(noise(200_000))),
    "member_bytes": Trip(100_000, b"text\n" * 40_000),
    "ratio": Trip(50, gz(b"text\n" * 2_000_000), others=lambda limits: replace(limits, ratio_from_bytes=1 << 20)),
    "ratio_from_bytes": Trip(1 << 20, gz(b" " * (2 << 20)), names="ratio"),
    "members": Trip(2, tar(("a", b""), ("b", b""), ("c", b""))),
    "depth": Trip(2, gz(gz(gz(b"core")))),
    "name_length": Trip(100, tar(("n" * 300, b"")), at="case/a.dat!/" + "n" * 100),
    "header_bytes": Trip(1000, tar(("n" * 3000, b""))),
    "sparse_bytes": Trip(1 << 20, old_sparse("s", [(0, 512)], 2 << 20, b"a" * 512) + bytes(1024), at="case/a.dat!/s"),
    "zip_directory_bytes": Trip(1000, zipped(*((f"member-{i}", b"x") for i in range(50)))),
    "document_bytes": Trip(1000, b"{\\rtf1 " + b"text\\par " * 200 + b"}"),
    "decoder_bytes": Trip(16 << 20, lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 64 << 20}])),
    "seconds": Trip(30, tar(*((str(number), b"") for number in range(100)))),
    "text_bytes": Trip(1000, SESSION, at="case/a.dat:1"),
    "line_bytes": Trip(200, LINE % 1 + b"sftunnel " * 100, at="case/a.dat:2"),
    "lines": Trip(4, LOG, others=lambda limits: replace(limits, text_bytes=500)),
    "certificates": Trip(2, _pem(3), at=f"case/a.dat:{_lines(_pem(2)) + 1}-{_lines(_pem(3))}"),
    "certificate_bytes": Trip(300, _pem(1), at=f"case/a.dat:1-{_lines(_pem(1))}"),
    "key_bytes": Trip(300, _key(), at=f"case/a.dat:1-{_lines(_key())}"),
    "der_bytes": Trip(300, build.certificate_der()),
    "packets": Trip(10, p.pcap(captured("good-12"))),
    "packet_bytes": Trip(1000, p.pcap(captured("good-12"))),
    "connections": Trip(1, p.pcap([*captured("good-12"), *captured("good-12", client_port=2)])),
    "buffered_bytes": Trip(2000, p.pcap(captured("good-12"))),
    "head_bytes": Trip(1000, p.pcap(captured("good-12"))),
    "waiting_segments": Trip(2, p.pcap(without(captured("good-12", mss=150), 8))),
    "records": Trip(2, p.pcap(captured("good-12"))),
    "chain": Trip(1, p.pcap(captured("good-12-long-chain"))),
    "alerts": Trip(1, p.pcap(p.Dialogue().open().say([("client", b"\x15\x03\x03\0\x02\x01\x29" * 2)]).packets)),
    "fragmented_packets": Trip(1, p.pcap(HALVES)),
    "reduced_bytes": Trip(1000, WIFI, tshark="exit 0"),
    "tshark_needed_starts": Trip(1, tar(("1", WIFI), ("2", WIFI)), at="case/a.dat!/2", tshark="exit 0"),
    "tshark_seconds": Trip(1, WIFI, tshark="exec sleep 300"),
    "tshark_run_seconds": Trip(1, WIFI, tshark="exec sleep 300"),
    "tshark_memory": Trip(400 << 20, WIFI, tshark=f"exec {sys.executable} -c 'import os; held = b\"x\" * (250 << 20); os.abort()'"),
    "tshark_answer_bytes": Trip(10, WIFI, tshark="exit 0"),
    "input_facts": Trip(3, LOG),
    "facts": Trip(3, LOG, goes_on=False),
    "appliances": Trip(1, LINE % 1 + (LINE % 2).replace(b"ftd-1", b"ftd-2")),
}

ANOTHER_WAY = {
    "signatures": "who signed is unknown then (`test_with_too_many_earlier_cas_nobody_is_accused_and_the_limit_is_named`)",
    "spool_bytes": "a nested zip that is not held is read from its front (`test_another_way_gives_the_same`)",
    "held_bytes": "the embedded reader reads what tshark did not see (`test_frames_that_are_not_held_back_lose_nothing`)",
    "tshark_starts": "the embedded reader finds the same (`test_when_the_starts_are_used_up_the_embedded_reader_finds_the_same`)",
}
"""Caps beyond which the work is done in another way, so that nothing is incomplete, and the test that holds them to it."""

OF_TRIAGE = {
    "case_seconds": "`test_a_case_that_takes_too_long_is_ended_with_all_that_it_started`",
    "case_bytes": "`test_a_case_that_needs_too_much_memory_ends_alone`",
}
"""Caps of one case among many, and the test in ``tests/triage`` that trips them."""


def _analyzed(folder: Path, limits: Limits, tshark: Path | None = None) -> Result:
    return analyze([folder], Options(AS_OF, "--as-of", limits=limits, tshark=tshark))


def _named(result: Result, cap: str) -> list[Damage]:
    return [damage for damage in result.incomplete if f"limit {cap}" in damage.reason]


def test_every_cap_is_tripped_by_a_test() -> None:
    assert set(TRIPS) | set(ANOTHER_WAY) | set(OF_TRIAGE) == {name for name, _, _ in Limits.described()}


def _unusual(cap: str) -> list[pytest.MarkDecorator]:
    """Where a cap cannot be tripped."""
    scripts = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand in for tshark")
    memory = pytest.mark.skipif(sys.platform != "linux", reason="the address space of a process cannot be limited")
    return [scripts, needs_pyshark] * bool(TRIPS[cap].tshark) + [memory] * (cap == "tshark_memory")


@pytest.mark.parametrize("cap", [pytest.param(cap, marks=_unusual(cap)) for cap in TRIPS])
def test_a_tripped_cap_is_named_with_its_input_and_the_rest_goes_on(cap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trip = TRIPS[cap]
    put(tmp_path, f"case/{trip.file}", trip.content)
    put(tmp_path, f"case/{NEIGHBOUR}", LINE % 0)
    clock = itertools.count()
    monkeypatch.setattr(budget.time, "monotonic", lambda: next(clock))
    limits = replace(trip.others(Limits(seconds=10_000)), **{cap: trip.lowered})

    result = _analyzed(tmp_path / "case", limits, program(tmp_path, trip.tshark) if trip.tshark else None)

    (damage,) = _named(result, trip.names or cap)
    assert (damage.kind, str(damage.location)) == (DamageKind.LIMIT, trip.at or f"case/{trip.file}")
    assert damage.reason[:1].isupper()
    assert damage.reason.endswith(".")
    assert [a.path for a in result.artifacts if a.path.endswith(NEIGHBOUR)] == ([f"case/{NEIGHBOUR}"] if trip.goes_on else [])


@pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand in for tshark")
@needs_pyshark
def test_an_answer_beyond_its_cap_counts_also_when_tshark_ends_before_it_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the machine's load decides what the result is."""
    monkeypatch.setattr(TsharkRun, "_kill", lambda _: None)
    put(tmp_path, "case/a.dat", WIFI)

    result = _analyzed(tmp_path / "case", Limits(tshark_answer_bytes=10), program(tmp_path, "exit 0"))

    assert len(_named(result, "tshark_answer_bytes")) == 1


@pytest.mark.parametrize("cap", list(TRIPS))
def test_without_it_the_same_evidence_is_whole(cap: str, tmp_path: Path) -> None:
    put(tmp_path, f"case/{TRIPS[cap].file}", TRIPS[cap].content)

    assert [damage for damage in _analyzed(tmp_path / "case", Limits()).incomplete if damage.kind is DamageKind.LIMIT] == []


def test_another_way_gives_the_same(tmp_path: Path) -> None:
    put(tmp_path, "case/a.zip", zipped(("inner.zip", zipped(("messages", LOG), ("cacert.pem", _pem(1))))))

    held, forward = _analyzed(tmp_path / "case", Limits()), _analyzed(tmp_path / "case", Limits(spool_bytes=1))

    assert (held.facts, held.case, held.incomplete) == (forward.facts, forward.case, forward.incomplete)
    assert held.facts == 10
    assert held.incomplete == ()


def test_a_run_that_is_full_reads_nothing_more(tmp_path: Path) -> None:
    put(tmp_path, "case/a.log", LOG)
    put(tmp_path, "case/b.log", LOG)
    put(tmp_path, "case/c.log", LOG)

    result = _analyzed(tmp_path / "case", Limits(facts=PER_LOG + 3))

    assert (result.facts, result.members) == (12, 2)
    assert [(str(damage.location), damage.kind) for damage in result.incomplete] == [("case/b.log", DamageKind.LIMIT)]


def test_an_input_that_is_full_is_passed_over_to_its_end_and_the_next_is_read(tmp_path: Path) -> None:
    put(tmp_path, "case/a.tar", tar(("1.log", LOG), ("2.log", LOG), ("3.log", LOG)))
    put(tmp_path, "case/b.log", LOG)

    result = _analyzed(tmp_path / "case", Limits(input_facts=PER_LOG + 1))

    assert (result.facts, result.members) == (19, 3)
    assert [str(damage.location) for damage in result.incomplete] == ["case/a.tar!/2.log"]
    assert [artifact.path for artifact in result.artifacts] == ["case/a.tar", "case/b.log"]

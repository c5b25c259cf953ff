"""The lines of the table: what is measured on which evidence, against which peer."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bundle import bundle, large_tar
from benchmarks.captures import big_capture, capture_folder
from benchmarks.fleet import fleet
from benchmarks.found import FIELDS, FILTER, PREFERENCES, compare
from benchmarks.measure import Command, noting, ours, python, shell
from benchmarks.pki import certificate_folder
from benchmarks.triage import bundles, many_records, small_cases


@dataclass(frozen=True)
class Line:
    """One line of the table: what is measured against which peer, and how often the peer's time it may take (0: not bounded).

    ``rounds``: how often, 0 for as often as is asked for. ``check`` looks at what both left behind beside the evidence, and raises.
    ``seconds``: how long it may take instead, whatever the peer takes. ``needs``: the programs of the system that it runs.
    ``kept``: the evidence stays for the next run.
    """

    name: str
    what: str
    peer_name: str
    target: float
    data: str
    build: Callable[[Path], None] | None
    ours: Callable[[Path], Command]
    peer: Callable[[Path], Command]
    rounds: int = 0
    check: Callable[[Path], None] | None = None
    seconds: float = 0
    needs: tuple[str, ...] = ()
    kept: bool = True


DATA = Path(tempfile.gettempdir()) / "sftunnel-benchmarks"
"""Where the evidence is built, and kept."""

AS_OF = "2026-11-23"
"""The day on which all runs judge the evidence."""

PEM = Path(__file__).parents[1] / "samples" / "10-single-pem" / "evidence"
"""One certificate file."""

PACKAGES = {"igzip": "isal", "tcpdump": "tcpdump", "tshark": "tshark", "chromium": "chromium", "openssl": "openssl", "zgrep": "gzip"}
"""The package of Debian that has the program."""


def _analyze(path: Path, *more: str | Path) -> Command:
    return ours("analyze", path, "--as-of", AS_OF, "-o", Path(tempfile.gettempdir()) / "sftunnel-benchmark.html", *more)


def _left_by_us(capture: Path) -> Path:
    return capture.with_name("found-by-us.json")


def _left_by_tshark(capture: Path) -> Path:
    return capture.with_name("found-by-tshark.txt")


def _quoted(line: str) -> Callable[[Path], Command]:
    return lambda path: shell(line.format(shlex.quote(str(path))), fresh=True)


def _in_page(name: str, what: str, data: str, build: Callable[[Path], None], *, rounds: int = 0, kept: bool = True) -> Line:
    """The program in the page against the program itself, both with the embedded reader of captures."""
    return Line(
        name,
        what,
        "the program, --no-tshark",
        6,
        data,
        build,
        lambda p: noting("benchmarks.page", p),
        lambda p: _analyze(p, "--no-tshark"),
        rounds=rounds,
        needs=("chromium",),
        kept=kept,
    )


def _fleet(count: int) -> Line:
    """Join, rules, plan and report of so many devices, after reading."""
    return Line(
        f"fleet-{count}",
        f"a case of {count:,} devices, after reading",
        "import of libraries",
        0,
        f"fleet-{count}",
        lambda p: fleet(p, count),
        lambda p: noting("benchmarks.after_reading", p),
        lambda _: python(_LIBRARIES),
        seconds=5,
    )


def _triage(*arguments: str | Path) -> Command:
    return noting("benchmarks.triage", *arguments)


def _triages(what: str, data: str, build: Callable[[Path], None], suffix: str) -> tuple[Line, ...]:
    """Small cases: against a loop of analyze, one slot, a cluster, and reading them again."""

    def line(name: str, peer_name: str, target: float, mine: Callable[[Path], Command], peer: Callable[[Path], Command]) -> Line:
        return Line(f"triage-{name}{suffix}", what, peer_name, target, data, build, mine, peer, rounds=3)

    return (
        line("loop", "a loop of analyze (a tenth, times ten)", 1 / 6, lambda p: _triage("run", p, "2"), lambda p: _triage("loop", p, "10")),
        line("slots", "one slot", 1 / 1.9, lambda p: _triage("run", p, "2"), lambda p: _triage("run", p, "1")),
        line("cluster", "the default, two slots", 1.1, lambda p: _triage("cluster", p, "2"), lambda p: _triage("run", p, "2")),
        line("rejudge", "reading them", 0, lambda p: _triage("rejudge", p), lambda p: _triage("run", p, "2")),
    )


_LIBRARIES = "import cryptography.x509, typer, jinja2"
_BY_HAND = (
    'tar xzf {} -C "$FRESH" && (grep -r sftunnel "$FRESH" | wc -l; find "$FRESH" -name "*.gz" -exec zgrep -c sftunnel {{}} +; '
    'find "$FRESH" -name "*.pem" -exec openssl x509 -noout -dates -in {{}} \\; 2>/dev/null) || true'
)
_TWO_PROGRAMS = 'tcpdump -r {} \'tcp port 8305\' -w "$FRESH/small" 2>/dev/null && tshark -r "$FRESH/small"'
LINES = (
    Line(
        "bundle",
        "584 MB .tar.gz, 2.8 GB of text",
        "igzip -dc into nothing",
        1.5,
        "bundle.tar.gz",
        lambda p: bundle(p, 3_000_000_000),
        _analyze,
        _quoted("igzip -dc {} > /dev/null"),
        rounds=5,
        needs=("igzip",),
    ),
    Line(
        "by-hand",
        "the same bundle",
        "tar, grep, zgrep, openssl",
        0.33,
        "bundle.tar.gz",
        lambda p: bundle(p, 3_000_000_000),
        _analyze,
        _quoted(_BY_HAND),
        needs=("tar", "zgrep", "openssl"),
    ),
    Line(
        "capture",
        "1 GB pcap, 300 connections of 8305",
        "tcpdump, then tshark",
        2.5,
        "big.pcap",
        lambda p: big_capture(p, 1_000_000_000, 300),
        _analyze,
        _quoted(_TWO_PROGRAMS),
        needs=("tcpdump", "tshark"),
    ),
    Line(
        "capture-whole",
        "the same capture",
        "tshark -Y, whole file",
        0.067,
        "big.pcap",
        lambda p: big_capture(p, 1_000_000_000, 300),
        lambda p: _analyze(p, "--json", _left_by_us(p)),
        lambda p: shell(f"tshark -r {shlex.quote(str(p))} {PREFERENCES} -Y '{FILTER}' {FIELDS} > {shlex.quote(str(_left_by_tshark(p)))}"),
        rounds=1,
        check=lambda p: compare(_left_by_us(p), _left_by_tshark(p)),
        needs=("tshark",),
    ),
    Line(
        "certificates",
        "2,000 certificate files",
        "cat of all",
        0,
        "certs",
        lambda p: certificate_folder(p, 2000),
        _analyze,
        _quoted("find {} -type f -exec cat {{}} + > /dev/null"),
    ),
    Line(
        "captures-200",
        "200 small captures",
        "a loop of tshark",
        0,
        "caps",
        lambda p: capture_folder(p, 200),
        _analyze,
        lambda p: shell(f"for one in {shlex.quote(str(p))}/*.pcap; do tshark -r \"$one\" {PREFERENCES} -Y '{FILTER}' {FIELDS}; done"),
        needs=("tshark",),
    ),
    *(_fleet(count) for count in (100, 300, 1000)),
    Line(
        "first-paint",
        "the report of 1,000 devices",
        "an empty page",
        0,
        "fleet-1000",
        lambda p: fleet(p, 1000),
        lambda p: noting("benchmarks.paint", p),
        lambda _: noting("benchmarks.paint"),
        seconds=2,
        needs=("chromium",),
    ),
    _in_page("page", "the bundle of 584 MB, in the page", "bundle.tar.gz", lambda p: bundle(p, 3_000_000_000), rounds=1),
    _in_page("page-large", "a .tar of more than 2.5 GB, not compressed, in the page", "large.tar", large_tar, rounds=1, kept=False),
    Line("help", "--help", "import typer", 3, "", None, lambda _: ours("--help"), lambda _: python("import typer"), rounds=15),
    Line(
        "one-pem",
        "one PEM file",
        "import of cryptography, typer, jinja2",
        2,
        "",
        None,
        lambda _: _analyze(PEM),
        lambda _: python(_LIBRARIES),
        rounds=15,
    ),
    *_triages("1,000 small cases", "triage-1000", lambda p: small_cases(p, 1000), "-1000"),
    *_triages("100 small cases", "triage-100", lambda p: small_cases(p, 100), "-100"),
    Line(
        "triage-bundles",
        "20 bundles of 100 MB, two slots",
        "each alone, the sum divided by two",
        1.1,
        "triage-bundles",
        lambda p: bundles(p, 20, 500_000_000),
        lambda p: _triage("run", p, "2"),
        lambda p: _triage("alone", p, "2"),
        rounds=1,
    ),
    Line(
        "triage-rejudge",
        "20 bundles of 100 MB, concluded again",
        "reading them",
        0.05,
        "triage-bundles",
        lambda p: bundles(p, 20, 500_000_000),
        lambda p: _triage("rejudge", p),
        lambda p: _triage("run", p, "2"),
        rounds=1,
    ),
    Line(
        "triage-index",
        "the page and the database of 5,000 cases",
        "cat of all case.json",
        0,
        "triage-index",
        lambda p: many_records(p, 5000),
        lambda p: _triage("index", p),
        _quoted("find {} -name case.json -exec cat {{}} + > /dev/null"),
        seconds=5,
    ),
    Line(
        "triage-paint",
        "the page of 5,000 cases",
        "an empty page",
        0,
        "triage-index",
        lambda p: many_records(p, 5000),
        lambda p: _triage("paint", p),
        lambda _: noting("benchmarks.paint"),
        seconds=1,
        needs=("chromium",),
    ),
)


def evidence(line: Line, folder: Path) -> Path:
    """What the line is measured on, built below ``folder`` when it is not there yet. An interrupted build leaves nothing that counts."""
    path = folder / line.data
    if line.build is not None and not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="build-", dir=folder) as unfinished:
            line.build(Path(unfinished) / line.data)
            (Path(unfinished) / line.data).rename(path)
    return path

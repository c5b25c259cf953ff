"""``python -m benchmarks [name ...] [--data DIR] [--rounds N]``: build what is missing, measure each line in turns, write README.md.

Every program that a peer is made of is looked for first; when one is missing it is named with its package, and nothing is measured. The
evidence takes about 1.7 GB in the data folder (default: ``sftunnel-benchmarks`` in the temporary folder) and is kept for the next run.
Lines that are not measured in a run keep what the README says of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bundle import bundle
from benchmarks.captures import big_capture, capture_folder
from benchmarks.fleet import fleet
from benchmarks.found import FIELDS, FILTER, PREFERENCES, compare
from benchmarks.measure import MIB, Command, in_turns, noting, ours, python, shell
from benchmarks.pki import certificate_folder

README = Path(__file__).with_name("README.md")
ROW = "| {name} | "


@dataclass(frozen=True)
class Line:
    """One line of the table: what is measured against which peer, and how often the peer's time it may take (0: not bounded).

    ``rounds``: how often, 0 for as often as is asked for. ``check`` looks at what both left behind beside the evidence, and raises.
    ``seconds``: how long it may take instead, whatever the peer takes. ``needs``: the programs of the system that it runs.
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


_PACKAGES = {"igzip": "isal", "tcpdump": "tcpdump", "tshark": "tshark", "chromium": "chromium", "openssl": "openssl", "zgrep": "gzip"}
"""The package of Debian that has the program."""


def _analyze(path: Path, *more: str | Path) -> Command:
    return ours("analyze", path, "--as-of", "2026-11-23", "-o", Path(tempfile.gettempdir()) / "sftunnel-benchmark.html", *more)


def _left_by_us(capture: Path) -> Path:
    return capture.with_name("found-by-us.json")


def _left_by_tshark(capture: Path) -> Path:
    return capture.with_name("found-by-tshark.txt")


def _quoted(line: str) -> Callable[[Path], Command]:
    return lambda path: shell(line.format(shlex.quote(str(path))), fresh=True)


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


_LIBRARIES = "import cryptography.x509, typer, jinja2"
_BY_HAND = (
    'tar xzf {} -C "$FRESH" && (grep -r sftunnel "$FRESH" | wc -l; find "$FRESH" -name "*.gz" -exec zgrep -c sftunnel {{}} +; '
    'find "$FRESH" -name "*.pem" -exec openssl x509 -noout -dates -in {{}} \\; 2>/dev/null) || true'
)
_TWO_PROGRAMS = 'tcpdump -r {} \'tcp port 8305\' -w "$FRESH/small" 2>/dev/null && tshark -r "$FRESH/small"'
_LINES = (
    Line(
        "bundle",
        "584 MB .tar.gz, 2.8 GB of text",
        "igzip -dc into cat",
        1.3,
        "bundle.tar.gz",
        lambda p: bundle(p, 3_000_000_000),
        _analyze,
        _quoted("igzip -dc {} | cat > /dev/null"),
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
    Line("help", "--help", "import typer", 3, "", None, lambda _: ours("--help"), lambda _: python("import typer"), rounds=15),
    Line(
        "one-pem",
        "one PEM file",
        "import of cryptography, typer, jinja2",
        2,
        "",
        None,
        lambda _: _analyze(Path("samples/10-single-pem/evidence")),
        lambda _: python(_LIBRARIES),
        rounds=15,
    ),
)


def _measured(line: Line, folder: Path, rounds: int) -> str:
    path = folder / line.data
    if line.build is not None and not path.exists():
        line.build(path)
    rounds = line.rounds or rounds
    runs = in_turns({"ours": line.ours(path), "peer": line.peer(path)}, rounds)
    if line.check is not None:
        line.check(path)
    mine, peer = runs["ours"], runs["peer"]
    ratio = mine.fastest / peer.fastest
    bounded = bool(line.target or line.seconds)
    met = mine.fastest <= line.seconds if line.seconds else ratio <= line.target
    verdict = ("met" if met else "**missed**") if bounded else ""
    target = f"{line.seconds:g} s" if line.seconds else f"{line.target:g}" if line.target else "-"
    note = next((f", {said['note']}" for said in mine.said if "note" in said), "")
    tshark = f"{mine.child_peak // MIB}" if mine.child_peak > 40 * MIB else "-"
    times = f"{mine.fastest:.2f} | {mine.median:.2f} | {peer.fastest:.2f} | {peer.median:.2f} | {ratio:.2f}"
    memory = f"{mine.peak // MIB} | {tshark}"
    return (
        ROW.format(name=line.name)
        + f"{line.what}{note} | {line.peer_name} | {times} | {target} | {verdict} | {memory} | {rounds} | {os.getloadavg()[0]:.1f} |"
    )


def _write(rows: dict[str, str]) -> None:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    head = f"""# Benchmarks

`make benchmarks` measures every line, `python -m benchmarks NAME ...` some. Both look for the programs of the peers first, build the
evidence (1.7 GB in the temporary folder, kept), run ours and the peer in turns, and rewrite this table. Wall time in seconds, the fastest
run and the median; the ratio and the target are of the fastest runs, which other work on the machine disturbs least. Memory in MiB, our
process and its tshark apart. `load` is the load average at the end of a line's runs: above 1, other work was on the machine. `fleet-*`
counts from the last byte read to the finished report, `first-paint` is Chromium's own time to the first text on the screen.
A line without a fastest run was measured when only the median was kept.
Machine: {machine}.

| name | evidence | peer | ours | median | peer's | median | ratio | target | | MiB | tshark MiB | rounds | load |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
    README.write_text(head + "".join(f"{rows[line.name]}\n" for line in _LINES if line.name in rows), encoding="utf-8")


def _missing(lines: Sequence[Line]) -> list[str]:
    """A sentence for each program that is not installed: who needs it, and which package has it."""
    users: dict[str, list[str]] = {}
    for line in lines:
        for program in line.needs:
            if shutil.which(program) is None:
                users.setdefault(program, []).append(line.name)
    return [
        f"{program} is not installed (package {_PACKAGES.get(program, program)}); needed for: {', '.join(of)}"
        for program, of in users.items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, all without names. 2 when a program of a peer is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *(line.name for line in _LINES)], help="lines of the table")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "sftunnel-benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    lines = [line for line in _LINES if not chosen.names or line.name in chosen.names]
    if missing := _missing(lines):
        sys.stderr.writelines(f"benchmarks: {sentence}\n" for sentence in missing)
        return 2
    chosen.data.mkdir(parents=True, exist_ok=True)
    rows = {}
    if README.exists():
        rows = {row.split("|")[1].strip(): row for row in README.read_text(encoding="utf-8").splitlines() if row.startswith("| ")}
    for line in lines:
        rows[line.name] = _measured(line, chosen.data, chosen.rounds)
        print(rows[line.name], flush=True)
        _write(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

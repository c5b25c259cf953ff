"""``python -m benchmarks [name ...] [--data DIR] [--rounds N]``: build what is missing, measure each line in turns, write README.md.

Every program that a peer is made of is looked for first; when one is missing it is named with its package, and nothing is measured. The
evidence takes about 1.7 GB in the data folder (default: ``sftunnel-benchmarks`` in the temporary folder) and is kept for the next run.
That of ``page-large`` takes 2.8 GB more, and is removed when it was measured. Lines that are not measured in a run keep what the README
says of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.lines import DATA, LINES, PACKAGES, Line, evidence
from benchmarks.measure import MIB, in_turns

README = Path(__file__).with_name("README.md")
ROW = "| {name} | "


def _measured(line: Line, folder: Path, rounds: int) -> str:
    path = evidence(line, folder)
    rounds = line.rounds or rounds
    runs = in_turns({"ours": line.ours(path), "peer": line.peer(path)}, rounds)
    if line.check is not None:
        line.check(path)
    if not line.kept:
        path.unlink()
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
counts from the last byte read to the finished report, `first-paint` is Chromium's own time to the first text on the screen. `page` and
`page-large` are the program in the page (docs/page.md) against the program itself: from **Analyze** to the report, and the memory of the
process of the page; `python -m benchmarks page page-large` measures them (2.8 GB more, removed afterwards).
A line without a fastest run was measured when only the median was kept. `python -m benchmarks.against PROGRAM` measures the same
evidence against an older `sftunnel-analyzer`.
Machine: {machine}.

| name | evidence | peer | ours | median | peer's | median | ratio | target | | MiB | tshark MiB | rounds | load |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
    README.write_text(head + "".join(f"{rows[line.name]}\n" for line in LINES if line.name in rows), encoding="utf-8")


def _missing(lines: Sequence[Line]) -> list[str]:
    """A sentence for each program that is not installed: who needs it, and which package has it."""
    users: dict[str, list[str]] = {}
    for line in lines:
        for program in line.needs:
            if shutil.which(program) is None:
                users.setdefault(program, []).append(line.name)
    return [
        f"{program} is not installed (package {PACKAGES.get(program, program)}); needed for: {', '.join(of)}"
        for program, of in users.items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, all without names. 2 when a program of a peer is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *(line.name for line in LINES)], help="lines of the table")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    lines = [line for line in LINES if not chosen.names or line.name in chosen.names]
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

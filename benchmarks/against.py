"""``python -m benchmarks.against PROGRAM [NAME ...] [--data DIR] [--rounds N]``: this version and another, in turns, on the same evidence.

``PROGRAM`` is the ``sftunnel-analyzer`` of another checkout, installed in an environment of its own. Each line is the whole run of the
program, from its start to the finished report. The table goes to the terminal: wall time, and time of the processor (of the program and
its tshark), each the fastest of the runs. The ratios are those of the fastest runs. Ends with 1 when a wall time is more than a tenth
above the other's, with 2 when a program cannot be run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lines import AS_OF, DATA, LINES, PEM, evidence

NAMES = ("bundle", "capture", "certificates", "captures-200", "fleet-100", "fleet-300", "fleet-1000", "one-pem", "help")
"""The lines of the table of `benchmarks` that are a run of the program."""

SLOWER = 1.1
"""How often the other's time ours may take."""

_FAILED = (1, 2)
"""Exit codes of a run that measured nothing: the program failed, or refused its arguments (README, "How it ends")."""


class NotRun(Exception):
    """A program does not start, or ends with an error."""


@dataclass(frozen=True)
class Run:
    """Seconds of one run: of wall time, and of the processor, children included. ``code``: how it ended."""

    wall: float
    processor: float
    code: int


def run(program: Path, arguments: Sequence[str | Path]) -> Run:
    """Run the program once. Raises `NotRun` when it does not start or ends with an error."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "PYTHONPATH")}
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        try:
            process = subprocess.Popen([program, *arguments], env=kept | {"LC_ALL": "C"}, stdout=subprocess.DEVNULL, stderr=said)  # noqa: S603
        except OSError as error:
            raise NotRun(f"{program} does not start: {error.strerror}") from error
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = code = os.waitstatus_to_exitcode(status)
        if code < 0 or code in _FAILED:
            said.seek(0)
            raise NotRun(f"{program} {' '.join(map(str, arguments))}\nended with {code}: {said.read().decode(errors='replace')[-2000:]}")
    return Run(wall, used.ru_utime + used.ru_stime, code)


def in_turns(programs: tuple[Path, Path], arguments: Sequence[str | Path], rounds: int) -> tuple[list[Run], list[Run]]:
    """Both programs ``rounds`` times, one after the other, after a run of each that does not count: it fills the caches of the disk."""
    runs: tuple[list[Run], list[Run]] = ([], [])
    for counted in (False, *(True for _ in range(rounds))):
        for program, of in zip(programs, runs, strict=True):
            done = run(program, arguments)
            if counted:
                of.append(done)
    return runs


def row(name: str, ours: Sequence[Run], theirs: Sequence[Run]) -> tuple[str, bool]:
    """A line of the table, and whether our fastest run is at most `SLOWER` times theirs."""
    wall, other_wall = (min(one.wall for one in of) for of in (ours, theirs))
    processor, other_processor = (min(one.processor for one in of) for of in (ours, theirs))
    median, other_median = (statistics.median(one.wall for one in of) for of in (ours, theirs))
    within = wall <= SLOWER * other_wall
    codes = f"{ours[0].code}" if ours[0].code == theirs[0].code else f"{ours[0].code}, theirs {theirs[0].code}"
    cells = (
        *(name, f"{wall:.2f}", f"{median:.2f}", f"{other_wall:.2f}", f"{other_median:.2f}", f"{wall / other_wall:.2f}"),
        *("met" if within else "**missed**", f"{processor:.2f}", f"{other_processor:.2f}", f"{processor / other_processor:.2f}"),
        *(codes, f"{len(ours)}", f"{os.getloadavg()[0]:.1f}"),
    )
    return f"| {' | '.join(cells)} |", within


HEAD = """| name | ours | median | theirs | median | ratio | target 1.1 | processor | theirs | ratio | exit code | rounds | load |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = lambda line: print(line, flush=True)) -> int:
    """Measure what is asked for, all `NAMES` without names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against", description=__doc__)
    parser.add_argument("program", type=Path, help="the sftunnel-analyzer of the other checkout's environment")
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], help="lines of the table")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    programs = (Path(sys.executable).with_name("sftunnel-analyzer"), chosen.program.absolute())
    lines = [line for line in LINES if line.name in (chosen.names or NAMES)]
    within = True
    with tempfile.TemporaryDirectory(prefix="benchmark-against-") as folder:
        try:
            for program in programs:
                run(program, ["--help"])
            say(HEAD)
            for line in lines:
                given = evidence(line, chosen.data) if line.data else PEM
                call = ["--help"] if line.name == "help" else ["analyze", given, "--as-of", AS_OF, "-o", Path(folder) / "report.html"]
                said, met = row(line.name, *in_turns(programs, call, chosen.rounds))
                within &= met
                say(said)
        except NotRun as error:
            sys.stderr.write(f"benchmarks.against: {error}\n")
            return 2
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())

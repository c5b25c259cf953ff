"""Commands run in turns: wall time of each, and the peak memory of our own process, its children apart."""

from __future__ import annotations

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CHILD = "benchmarks.child"
MIB = 1 << 20


@dataclass
class Runs:
    """What repeated runs of one command took. Seconds of wall time; peaks in bytes, 0 where they were not looked at."""

    seconds: list[float] = field(default_factory=list)
    peak: int = 0
    child_peak: int = 0
    said: list[dict[str, object]] = field(default_factory=list)

    @property
    def fastest(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Command:
    """A command line as a person types it. ``fresh``: an empty folder is made for each run, whose path stands in the environment as
    ``FRESH``. ``module``: the line holds its arguments instead; it is one of ours that notes what it took, `benchmarks.child` for one.
    """

    line: str
    module: str = ""
    fresh: bool = False


def shell(line: str, *, fresh: bool = False) -> Command:
    """A peer: a line for the shell."""
    return Command(line, fresh=fresh)


def ours(*arguments: str | Path) -> Command:
    """A call of ours."""
    return noting(CHILD, *arguments)


def noting(module: str, *arguments: str | Path) -> Command:
    """A module that takes the path for its notes first. Where they tell ``seconds``, those count instead of the whole run."""
    return Command(shlex.join(map(str, arguments)), module)


def in_turns(commands: Mapping[str, Command], rounds: int) -> dict[str, Runs]:
    """Run every command ``rounds`` times, one after the other, so that a slow minute of the machine meets all of them."""
    runs = {name: Runs() for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            _once(command, runs[name])
    return runs


def python(code: str) -> Command:
    """A peer in this interpreter."""
    return shell(f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}")


def _once(command: Command, runs: Runs) -> None:
    with tempfile.TemporaryDirectory(prefix="benchmark-run-") as folder:
        notes = Path(folder) / "notes.json"
        if command.module:
            line: Sequence[str] = [sys.executable, "-m", command.module, str(notes), *shlex.split(command.line)]
        else:
            line = ["bash", "-c", "set -o pipefail; " + command.line]
        started = time.perf_counter()
        done = subprocess.run(line, env=_environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)  # noqa: S603
        took = time.perf_counter() - started
        if command.module:
            said = json.loads(notes.read_bytes())
            took = said.get("seconds", took)
            runs.said.append(said)
            runs.peak = max(runs.peak, said["peak"])
            runs.child_peak = max(runs.child_peak, said["child_peak"])
        elif done.returncode != 0:
            raise RuntimeError(f"{command.line}\nended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
        runs.seconds.append(took)


def _environment(folder: str) -> dict[str, str]:
    """As a user has it: compiled modules are kept."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS")}
    return kept | {"FRESH": folder, "LC_ALL": "C"}

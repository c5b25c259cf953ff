"""A real scheduler and two workers on this machine: the same results, also when a worker is killed in the middle of a case."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer import __version__
from analyzer.triage import run as triage_run
from analyzer.triage.store import FACTS, REPORT, RESULT
from tests.triage.builders import EXPIRED, NO_EVIDENCE, VALID, put, settings
from tests.triage.test_people import run

WORDS = [sys.executable, "-P", "-m", "analyzer", "triage"]


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler and its two workers, all on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    here = ["--dashboard-address", "127.0.0.1:0"]
    scheduler = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), *here]
    worker = ["distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", *here]
    running = [subprocess.Popen([sys.executable, "-m", *scheduler], **quiet)]
    running += [subprocess.Popen([sys.executable, "-m", *worker], start_new_session=True, **quiet) for _ in range(2)]
    _wait_for(port)
    yield f"tcp://127.0.0.1:{port}", running[1:]
    for process in running:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")


def _results(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.name in (REPORT, RESULT, FACTS)}


def test_a_cluster_gives_what_one_machine_gives_also_when_a_worker_is_killed(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = cluster
    source = put(tmp_path / "in", {f"case-{n}.txt": (EXPIRED, VALID, NO_EVIDENCE)[n % 3] + "#" * n for n in range(24)})
    arguments = [str(source), "--as-of", "2026-11-23", "--no-tshark"]
    subprocess.run([*WORDS, *arguments, "--out", str(tmp_path / "here")], capture_output=True, check=False, timeout=120)

    there = [*WORDS, "in", *arguments[1:], "--out", "there", "--scheduler", address]  # a worker stands in another folder
    running = subprocess.Popen(there, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    place = tmp_path / "there/cases"
    ends = time.monotonic() + 60
    while not list(place.glob("*/case.json")) and time.monotonic() < ends:
        time.sleep(0.02)
    os.killpg(workers[0].pid, signal.SIGKILL)
    running.wait(timeout=120)
    subprocess.run(there, cwd=tmp_path, capture_output=True, check=False, timeout=120)

    assert _results(tmp_path / "there") == _results(tmp_path / "here")
    assert len(_results(tmp_path / "here")) == 24 + 2 * 16


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage_run, "_PATIENCE", 1)
    source = put(tmp_path / "in", {"a.txt": VALID})

    with pytest.raises(triage_run.ClusterError, match="no scheduler answers"):
        run(source, tmp_path / "out", scheduler="tcp://127.0.0.1:1")


class Workers:
    """A cluster whose workers say of themselves what is given."""

    def __init__(self, *said: tuple[str, bool]) -> None:
        self.said = said

    def wait_for_workers(self, count: int, timeout: int) -> None:
        if len(self.said) < count:
            raise TimeoutError

    def run(self, _function: object, _out: str) -> dict[str, tuple[str, bool]]:
        return {f"tcp://w:{number}": one for number, one in enumerate(self.said)}


@pytest.mark.parametrize(
    ("workers", "says"),
    [
        (Workers(), "no worker has come"),
        (Workers((__version__, True), ("0.0.1", True)), "tcp://w:1 has version 0.0.1"),
        (Workers((__version__, False)), "tcp://w:0 does not see"),
    ],
)
def test_workers_that_cannot_serve_are_named_before_any_case_is_run(workers: Workers, says: str, tmp_path: Path) -> None:
    request = triage_run.Request(sources=(), out=tmp_path, settings=settings(), scheduler="tcp://x:1")

    with pytest.raises(triage_run.ClusterError, match=says):
        triage_run._look_at_workers(workers, request)
    triage_run._look_at_workers(Workers((__version__, True)), request)

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

from analyzer.triage.store import FACTS, REPORT, RESULT
from tests.triage.builders import EXPIRED, NO_EVIDENCE, VALID, put

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

    there = [*WORDS, *arguments, "--out", str(tmp_path / "there"), "--scheduler", address]
    running = subprocess.Popen(there, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    place = tmp_path / "there/cases"
    ends = time.monotonic() + 60
    while not list(place.glob("*/case.json")) and time.monotonic() < ends:
        time.sleep(0.02)
    os.killpg(workers[0].pid, signal.SIGKILL)
    running.wait(timeout=120)
    subprocess.run(there, capture_output=True, check=False, timeout=120)

    assert _results(tmp_path / "there") == _results(tmp_path / "here")
    assert len(_results(tmp_path / "here")) == 24 + 2 * 16

"""Triages, timed: ``python -m benchmarks.triage NOTES WHAT ...``. Each way notes its seconds; the starting of Python counts."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.child import peak

_PROGRAM = [sys.executable, "-P", "-m", "analyzer"]
_DAY, _NEXT = "2026-11-23", "2026-11-24"
_CASE = (
    "root@fmc-{n}:/Volume/home/admin# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem\n"
    "notBefore=Sep 24 12:16:56 2016 GMT\nnotAfter={day}\n"
    "root@fmc-{n}:/Volume/home/admin# tail /var/log/messages\n"
    "Nov 20 10:00:{s:02d} fmc-{n} SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.{n}:8305/tcp\n"
)
_DAYS = ("Sep 22 12:16:56 2026 GMT", "Oct  5 12:16:56 2034 GMT", "Jan 22 12:16:56 2027 GMT")


def small_cases(folder: Path, count: int) -> None:
    """So many cases of one text each."""
    folder.mkdir(parents=True)
    for n in range(count):
        (folder / f"case-{n:04d}.txt").write_text(_CASE.format(n=n % 250, day=_DAYS[n % len(_DAYS)], s=n % 60) + f"# {n}\n")


def bundles(folder: Path, count: int, size: int) -> None:
    """So many bundles with other bytes of one text: the time that gzip writes into its head is another one in each."""
    from benchmarks.bundle import bundle

    folder.mkdir(parents=True)
    first = folder / "bundle-00.tar.gz"
    bundle(first, size)
    for n in range(1, count):
        copy = folder / f"bundle-{n:02d}.tar.gz"
        shutil.copyfile(first, copy)
        with copy.open("r+b") as file:
            file.seek(4)
            file.write(n.to_bytes(4, "little"))


def many_records(folder: Path, count: int) -> None:
    """The folder of a triage of so many cases: the records of some samples, again and again under other names."""
    from msgspec.structs import replace

    from analyzer.triage.store import REPORT, LastRun, Store

    samples = Path(__file__).parents[1] / "samples"
    with tempfile.TemporaryDirectory() as beside:
        _call("triage", samples, "--out", Path(beside) / "out", "--as-of", _DAY)
        records = [one for one in Store(Path(beside) / "out").records() if one.result_key]
    store = Store(folder)
    for n in range(count):
        record = records[n % len(records)]
        managers = tuple(replace(one, uuid=f"{one.uuid}-{n}", label=f"{n}.{one.label}") for one in record.managers)
        store.finish(replace(record, label=f"SR 69{n:07d}", folder=f"case-{n}", managers=managers))
        (store.place(f"case-{n}") / REPORT).touch()
    store.begin_run(LastRun(command=("sftunnel-analyzer", "triage", "cases", "--out", "out")))


def _call(*words: str | Path) -> None:
    subprocess.run([*_PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - it ends with what it found


def run(cases: str, slots: str) -> float:
    """A triage of these cases with so many slots."""
    with tempfile.TemporaryDirectory() as out:
        return _timed(lambda: _call("triage", cases, "--out", out, "--as-of", _DAY, "--jobs", slots))


def loop(cases: str, one_in: str) -> float:
    """A loop of ``analyze`` over one in so many of the cases, its time as if it were over all."""
    chosen = sorted(Path(cases).iterdir())[:: int(one_in)]
    with tempfile.TemporaryDirectory() as out:
        return int(one_in) * _timed(
            lambda: [_call("analyze", case, "--as-of", _DAY, "-o", Path(out) / f"{case.name}.html") for case in chosen]
        )


def alone(folder: str, slots: str) -> float:
    """Each bundle by itself with ``analyze``, the sum divided by the slots."""
    with tempfile.TemporaryDirectory() as out:
        chosen = sorted(Path(folder).iterdir())
        took = _timed(lambda: [_call("analyze", case, "--as-of", _DAY, "-o", Path(out) / f"{case.name}.html") for case in chosen])
    return took / int(slots)


def rejudge(cases: str) -> float:
    """The stored cases again, as of the next day. Reading them before does not count."""
    with tempfile.TemporaryDirectory() as out:
        _call("triage", cases, "--out", out, "--as-of", _DAY)
        return _timed(lambda: _call("triage", "--rejudge", "--out", out, "--as-of", _NEXT))


def cluster(cases: str, workers: str) -> float:
    """A triage on a Dask cluster of so many workers with one thread, all on loopback. Starting the cluster does not count."""
    with _dask(int(workers)) as address, tempfile.TemporaryDirectory() as out:
        return _timed(lambda: _call("triage", cases, "--out", out, "--as-of", _DAY, "--scheduler", address))


@contextmanager
def _dask(workers: int) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = ["--dashboard-address", "127.0.0.1:0", "--host", "127.0.0.1"]
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", str(port), *here]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", "--nthreads", "1", "--no-nanny", *here]
    running = [_started(scheduler), *(_started(worker) for _ in range(workers))]
    try:
        from distributed import Client

        with Client(f"tcp://127.0.0.1:{port}", timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
        yield f"tcp://127.0.0.1:{port}"
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _started(line: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603


def index(out: str) -> float:
    """The page and the database of a folder, written anew."""
    return _timed(lambda: _call("triage", "index", out))


def paint(out: str) -> float:
    """The first text of the page on the screen, Chromium's own time."""
    from benchmarks.paint import first_paint

    _call("triage", "index", out)
    return first_paint(Path(out).absolute() / "index.html")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


WAYS: dict[str, Callable[..., float]] = {one.__name__: one for one in (run, loop, alone, rejudge, cluster, index, paint)}


def main() -> None:
    """Do it, note what it took. The memory is that of the largest process that was started: a coordinator, or a child of it."""
    notes, way, *arguments = sys.argv[1:]
    seconds = WAYS[way](*arguments)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    Path(notes).write_text(json.dumps({"seconds": seconds, "peak": max(peak(), children), "child_peak": 0}))


if __name__ == "__main__":
    main()

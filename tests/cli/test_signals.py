"""However a run ends, nothing stays behind: its temporary folder is empty and no process of it lives; what is known is printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.collect.builders_archives import gz, put
from tests.read import builders_certificates as build
from tests.read.captures import packets as p
from tests.read.captures.dissector import needs_pyshark
from tests.read.captures.scenarios import captured

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
PEM = (SAMPLES / "10-single-pem/evidence/cacert.pem").read_bytes()
KEY = build.pem(build.key_der(build.rsa_key("leaf")), "PRIVATE KEY").encode()
LINE = b"Nov 20 10:00:00 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
CAPTURE = p.pcap(captured("good-12"))
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals and shell scripts of Unix")


class Started:
    """A run of the program with a temporary folder of its own, perhaps with a stand-in for tshark."""

    def __init__(self, folder: Path, arguments: Sequence[str], tshark: str = "", before: str = "") -> None:
        self.temp = folder / "temp"
        for name in ("temp", "bin"):
            (folder / name).mkdir(exist_ok=True)
        self.marker = folder / "tshark-runs"
        if tshark:
            head = 'case "$1" in -v|--version) echo "TShark (Wireshark) 4.0.17 (Git v4.0.17)."; exit 0;; esac'
            (folder / "bin/tshark").write_text(f"#!/bin/sh\n{head}\ntouch {self.marker}\n{tshark}\n")
            (folder / "bin/tshark").chmod(0o755)
        # A test runner in the background ignores Ctrl-C, one under nohup the end of the terminal, and both hand that on: the program
        # gets back what a terminal gives it.
        given = "signal.signal(signal.SIGINT, signal.default_int_handler)\nsignal.signal(signal.SIGHUP, signal.SIG_DFL)"
        before = f"import signal\n{given}\n{before}"
        code = f"import sys\nsys.argv[0] = 'sftunnel-analyzer'\n{before}\nfrom analyzer.cli.app import main\nmain()\n"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(self.temp), "PYTHONPATH": str(ROOT), "PATH": f"{folder}/bin:{os.environ['PATH']}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def end(self) -> tuple[int, str, str]:
        """Its exit code and what it printed; at most a minute is waited, and then it is ended."""
        try:
            out, err = self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode, out.decode(), err.decode()

    def assert_gone(self) -> None:
        """Nothing of it is left. A child that was just killed gets a moment to go."""
        for _ in range(100):
            if not self.left_behind():
                break
            time.sleep(0.05)
        assert self.left_behind() == []

    def left_behind(self) -> list[str]:
        files = [str(Path(folder) / name) for folder, folders, names in os.walk(self.temp) for name in (*folders, *names)]
        mark = f"TMPDIR={self.temp}\0".encode()
        alive = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes():
                    alive.append((folder / "cmdline").read_bytes().decode())
            except OSError:  # it has just gone, or is not ours
                continue
        return files + alive


def analyze(folder: Path, *paths: str | Path, **how: str) -> Started:
    return Started(folder, ["analyze", *map(str, paths), "-o", f"{folder}/report.html", "--as-of", "2026-11-23"], **how)


@contextmanager
def waited_for(holds: Callable[[], bool]) -> Iterator[None]:
    for _ in range(600):
        if holds():
            break
        time.sleep(0.05)
    assert holds()
    yield


def _healthy(folder: Path) -> list[str | Path]:
    return [SAMPLES / "01-healthy/evidence"]


def _expired(folder: Path) -> list[str | Path]:
    return [SAMPLES / "03-expired-all-connected/evidence"]


def _nothing(folder: Path) -> list[str | Path]:
    return [put(folder, "nothing.txt", b"nothing\n")]


def _cut(folder: Path) -> list[str | Path]:
    return [put(folder, "cut.gz", gz(b"nothing\n" * 100)[:-9])]


def _missing(folder: Path) -> list[str | Path]:
    return [folder / "nowhere"]


def _log(folder: Path) -> list[str | Path]:
    return [put(folder, "messages", LINE)]


ENDS = [(_healthy, 0), (_expired, 14), (_nothing, 3), (_cut, 4), (_missing, 2), (_log, 5)]


@posix_only
@pytest.mark.parametrize(("given", "status"), ENDS)
def test_nothing_stays_behind_a_run_that_ends_by_itself(given: Callable[[Path], list[str | Path]], status: int, tmp_path: Path) -> None:
    run = analyze(tmp_path, *given(tmp_path))

    assert run.end()[0] == status
    run.assert_gone()


@posix_only
def test_nothing_stays_behind_a_failure_of_the_program(tmp_path: Path) -> None:
    before = "import analyzer.pipeline as room\ndef fail(*_): raise SystemError\nroom.build_case = fail\n"
    run = analyze(tmp_path, put(tmp_path, "8305.pcap", CAPTURE), before=before)

    status, _, err = run.end()
    assert (status, "SystemError" in err) == (1, True)
    run.assert_gone()


@posix_only
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_while_reading_tells_what_is_known(how: signal.Signals, tmp_path: Path) -> None:
    run = analyze(tmp_path, put(tmp_path, "cacert.pem", PEM), "-")
    assert run.process.stdin is not None
    run.process.stdin.write(LINE * 10_000)  # more than a pipe holds: once it is written, the file was read and the pipe is being read
    run.process.stdin.flush()

    run.process.send_signal(how)
    status, out, _ = run.end()

    assert status >= 10
    assert "Reading was stopped here" in out
    assert "InternalCA" in out
    assert (tmp_path / "report.html").exists()
    run.assert_gone()


@needs_pyshark
@posix_only
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_while_tshark_works_leaves_none(how: signal.Signals, tmp_path: Path) -> None:
    put(tmp_path, "case/1.pem", PEM)
    put(tmp_path, "case/2.pcap", CAPTURE)
    run = analyze(tmp_path, tmp_path / "case", tshark="exec sleep 300")
    with waited_for(run.marker.exists):
        run.process.send_signal(how)

    status, out, _ = run.end()

    assert status >= 10
    assert "Reading was stopped here" in out
    run.assert_gone()


@needs_pyshark
@posix_only
def test_a_run_that_is_killed_while_tshark_works_leaves_nothing(tmp_path: Path) -> None:
    run = analyze(tmp_path, put(tmp_path, "8305.pcap", CAPTURE), tshark="exec sleep 300")
    with waited_for(run.marker.exists):
        run.process.kill()

    run.end()
    run.assert_gone()


@posix_only
@pytest.mark.parametrize("printed", [("--explain", "internal-ca-expired"), ("--format", "json"), ("--format", "csv")])
def test_a_reader_of_the_output_that_goes_away_is_no_failure(printed: tuple[str, str], tmp_path: Path) -> None:
    run = Started(tmp_path, ["analyze", str(SAMPLES / "03-expired-all-connected/evidence"), "--as-of", "2026-11-23", *printed])
    with run.process as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read().decode()

    assert (process.returncode, err) == (14, "")
    run.assert_gone()


NEVER = """
import os
from itertools import chain, repeat
def held(marker):  # one call of C, the mark within it: Python never gets to run a handler, as in the proof of a prime
    sum(chain(map(os.open, [marker], [os.O_CREAT | os.O_WRONLY]), repeat(0)))
"""
AFTER_THE_READING = ["analyzer.pipeline.build_case", "analyzer.pipeline.judge", "analyzer.cli.run.render_html"]


@posix_only
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("place", ["analyzer.read.private_keys._rsa_public", *AFTER_THE_READING])
def test_a_call_that_does_not_come_back_is_ended_all_the_same(place: str, how: signal.Signals, tmp_path: Path) -> None:
    module, _, name = place.rpartition(".")
    marker = tmp_path / "reached"
    mark = f"import {module} as room\ndef marked(*_):\n    held({str(marker)!r})\nroom.{name} = marked\n"
    put(tmp_path, "case/cacert.pem", PEM)
    put(tmp_path, "case/key.pem", KEY)
    run = analyze(tmp_path, tmp_path / "case", before=NEVER + mark)
    with waited_for(marker.exists):
        began = time.monotonic()
        run.process.send_signal(how)

    status, _, err = run.end()

    assert time.monotonic() - began < 10  # two seconds, and what a loaded machine takes
    assert status == -signal.SIGKILL
    assert "stopped: the work did not answer" in err
    run.assert_gone()


@posix_only
def test_pressing_again_and_again_does_not_put_off_the_end(tmp_path: Path) -> None:
    marker = tmp_path / "reached"
    mark = f"import analyzer.pipeline as room\ndef marked(*_):\n    held({str(marker)!r})\nroom.build_case = marked\n"
    run = analyze(tmp_path, put(tmp_path, "cacert.pem", PEM), before=NEVER + mark)
    with waited_for(marker.exists):
        began = time.monotonic()
    while run.process.poll() is None and time.monotonic() - began < 30:
        run.process.send_signal(signal.SIGINT)
        time.sleep(0.2)

    assert run.end()[0] == -signal.SIGKILL
    run.assert_gone()


@posix_only
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("place", AFTER_THE_READING)
def test_a_run_that_is_stopped_after_the_reading_ends_at_once(place: str, how: signal.Signals, tmp_path: Path) -> None:
    module, _, name = place.rpartition(".")
    marker = tmp_path / "reached"
    busy = f"import {module} as room\ndef busy(*_):\n    open({str(marker)!r}, 'w').close()\n    while True: pass\nroom.{name} = busy\n"
    run = analyze(tmp_path, put(tmp_path, "cacert.pem", PEM), before=busy)
    with waited_for(marker.exists):
        began = time.monotonic()
        run.process.send_signal(how)

    status, _, err = run.end()

    assert (status, time.monotonic() - began < 10) == (4, True), err
    assert "stopped before the end" in err
    run.assert_gone()


@posix_only
@pytest.mark.parametrize("place", AFTER_THE_READING)
def test_the_limit_of_seconds_holds_for_conclusions_and_the_report(place: str, tmp_path: Path) -> None:
    module, _, name = place.rpartition(".")
    busy = f"import {module} as room\ndef busy(*_):\n    while True: pass\nroom.{name} = busy\n"
    arguments = ["analyze", str(put(tmp_path, "cacert.pem", PEM)), "-o", f"{tmp_path}/report.html", "--limit", "seconds=1"]

    status, _, err = Started(tmp_path, arguments, before=busy).end()

    assert status == 4
    assert "took longer than 1 seconds (limit seconds)" in err
    assert not (tmp_path / "report.html").exists()


@posix_only
def test_memory_that_runs_out_is_named_with_the_limits_to_lower(tmp_path: Path) -> None:
    before = "import analyzer.pipeline as room\ndef fail(*_): raise MemoryError\nroom.build_case = fail\n"
    status, _, err = analyze(tmp_path, put(tmp_path, "cacert.pem", PEM), before=before).end()

    assert status == 4
    assert "not enough memory" in err
    assert "--limit facts=" in err
    assert "Traceback" not in err

"""A drop folder, and Ctrl-C: what is known is always in the index."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzer.triage import run as triage_run
from analyzer.triage.page import PAGE
from analyzer.triage.sources import find_cases
from analyzer.triage.store import Store
from tests.triage.builders import EXPIRED, VALID, put

Start = Callable[..., subprocess.Popen[str]]


_HEARING = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('analyzer', run_name='__main__', alter_sys=True)"
)
"""The program where Ctrl-C is heard: what is started in the background of a script inherits that it is ignored."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Begins a triage of the folder ``in`` that is ended with the test."""
    running: list[subprocess.Popen[str]] = []

    def begun(*more: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-P", "-c", _HEARING, "triage", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
        running.append(subprocess.Popen([*words, "--as-of", "2026-11-23", "--no-tshark", *more], **given))
        return running[-1]

    yield begun
    for process in running:
        process.kill()
        process.communicate()


def put_old(folder: Path, name: str, text: str) -> None:
    """A file that was complete an hour ago, renamed into its place."""
    put(folder.parent, {f"beside-{name}": text})
    beside = folder.parent / f"beside-{name}"
    os.utime(beside, (time.time() - 3600,) * 2)
    beside.rename(folder / name)


def wait_for(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not condition() and time.monotonic() < ends:
        time.sleep(0.1)
    assert condition()


def test_what_is_dropped_into_the_folder_is_taken_and_in_the_index(start: Start, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    store = Store(tmp_path / "out")
    put_old(tmp_path / "in", "first.txt", EXPIRED)
    process = start("--watch")
    wait_for(lambda: store.record("first.txt") is not None)

    put_old(tmp_path / "in", "second.txt", VALID)
    (tmp_path / "in/growing.txt").write_text(EXPIRED[:40])
    wait_for(lambda: "second.txt" in _page(tmp_path / "out"))
    time.sleep(3)  # it waits again
    process.send_signal(signal.SIGINT)
    _out, told = process.communicate(timeout=60)

    assert process.returncode == 14
    assert "Waiting for new cases" in told
    assert store.record("growing.txt") is None
    assert "first.txt" in _page(tmp_path / "out")


def _page(out: Path) -> str:
    place = out / PAGE
    return place.read_text("utf-8") if place.exists() else ""


def test_a_file_that_was_just_written_is_left_alone_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "in", {"a/x.txt": EXPIRED, "a/y.txt": VALID})
    now = time.time()
    os.utime(tmp_path / "in/a/x.txt", (now - 100, now - 100))
    os.utime(tmp_path / "in/a/y.txt", (now - 3, now - 3))
    (case,) = find_cases([str(tmp_path / "in")])

    assert not triage_run._is_still(case)
    monkeypatch.setattr(triage_run, "STILL_FOR", 2.0)
    assert triage_run._is_still(case)


def test_ctrl_c_ends_in_an_index_of_what_is_known(start: Start, tmp_path: Path) -> None:
    put(tmp_path / "in", {f"case-{n:03d}.txt": f"{EXPIRED}{'#' * n}" for n in range(200)})
    process = start("--jobs", "1")
    wait_for(lambda: len(list((tmp_path / "out/cases").glob("*/case.json"))) > 2 if (tmp_path / "out/cases").exists() else False)

    process.send_signal(signal.SIGINT)
    out, _told = process.communicate(timeout=60)

    page = _page(tmp_path / "out")
    assert process.returncode == 4
    assert "skipped" in out
    assert "case-199.txt" in page
    assert "case-000.txt" in page
    done = {record.label for record in Store(tmp_path / "out").records()}
    assert 2 < len(done) < 200


@pytest.mark.parametrize(
    ("words", "code", "says"), [([], 14, "InternalCA: 만료"), (["--lang", "en"], 14, "expired"), (["--lang", "xx"], 2, "xx")]
)
def test_the_language_is_that_of_the_environment_or_the_one_named(words: list[str], code: int, says: str, tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.txt": EXPIRED})
    line = [sys.executable, "-P", "-m", "analyzer", "triage", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--as-of", "2026-11-23"]
    given = os.environ | {"LC_ALL": "ko_KR.UTF-8", "LANGUAGE": "", "PYTHONIOENCODING": "utf-8"}

    done = subprocess.run([*line, *words], capture_output=True, check=False, timeout=120, env=given, encoding="utf-8")

    assert done.returncode == code
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr

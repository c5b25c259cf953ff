"""Whole triages: states, what is kept, what is run again, duplicates, limits, kills."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.texts import LANGUAGES, said
from analyzer.triage.coordinator import Run, plan_work, rejudged, run_cases, shard
from analyzer.triage.record import CaseRecord, CaseState
from analyzer.triage.settings import Settings
from analyzer.triage.sources import find_cases
from analyzer.triage.store import FACTS, RECORD, REPORT, RESULT, Store
from analyzer.triage.supervisor import end_children
from tests.read.captures import packets as p
from tests.read.captures.dissector import needs_pyshark
from tests.read.captures.programs import program
from tests.read.captures.scenarios import captured, wifi
from tests.slices import is_whole
from tests.triage.builders import DAY, EXPIRED, NO_EVIDENCE, VALID, put, rules_version, settings
from tests.triage.faults import environment

HANGS = "sleep 600; exit 1"


def run(source: Path, out: Path, given: Settings, *, retry_failed: bool = False) -> tuple[dict[str, CaseRecord], int]:
    """One triage with one slot: the records by label, and how many jobs were run."""
    store = Store(out)
    work = plan_work(find_cases([str(source)]), Run(settings=given, rules_version=rules_version(), retry_failed=retry_failed), store)
    try:
        with ThreadPoolExecutor(1) as executor:
            records = run_cases(work, store, executor, 1)
    finally:
        end_children()
    return {record.label: record for record in records}, len(work.jobs)


def test_each_case_ends_in_its_state_with_its_files(tmp_path: Path) -> None:
    files = {"a/x.txt": EXPIRED, "b/x.txt": NO_EVIDENCE, "c.txt": VALID, "d.txt": EXPIRED, "e.zip": b"PK\3\4 half", "f/.keep": b""}
    source = put(tmp_path / "in", files)

    records, jobs = run(source, tmp_path / "out", settings())

    assert {label: record.state.value for label, record in records.items()} == {
        "a": "done",
        "b": "nothing",
        "c.txt": "done",
        "d.txt": "duplicate",
        "e.zip": "unreadable",
        "f": "nothing",
    }
    assert jobs == 6
    assert records["d.txt"].duplicate_of == records["a"].folder
    assert records["a"].severity == "critical"
    assert records["a"].managers[0].ca_ends is not None
    place = tmp_path / "out/cases/a"
    assert sorted(path.name for path in place.iterdir()) == sorted([REPORT, RESULT, FACTS, RECORD])
    assert not (tmp_path / "out/cases/b" / REPORT).exists()
    assert {path.stat().st_mode & 0o077 for path in place.iterdir()} == {0}


def test_what_is_unchanged_is_not_run_again_and_what_changed_is(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED, "b.txt": VALID})
    first, _jobs = run(source, tmp_path / "out", settings())

    again, jobs = run(source, tmp_path / "out", settings())
    assert jobs == 0
    assert again == first

    put(source, {"b.txt": VALID + "\n", "c.txt": NO_EVIDENCE})
    changed, jobs = run(source, tmp_path / "out", settings())
    assert jobs == 2
    assert changed["a.txt"] == first["a.txt"]


def test_a_new_day_judges_the_stored_facts_and_opens_no_input(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": VALID})
    run(source, tmp_path / "out", settings())
    later = settings(as_of=DAY + timedelta(days=365 * 8))
    shutil.rmtree(source)

    work, stale = rejudged(Run(settings=later, rules_version=rules_version()), Store(tmp_path / "out"))
    with ThreadPoolExecutor(1) as executor:
        (record,) = run_cases(work, Store(tmp_path / "out"), executor, 1)
    end_children()

    assert stale == ()
    assert record.severity == "critical"
    assert record.as_of == later.as_of


def test_rejudged_and_read_again_are_the_same_to_the_byte(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED, "b.txt": VALID})
    tomorrow = settings(as_of=DAY + timedelta(days=1))
    run(source, tmp_path / "judged", settings())
    run(source, tmp_path / "judged", tomorrow)
    run(source, tmp_path / "read", tomorrow)

    for name in (REPORT, RESULT, FACTS):
        for case in ("a.txt", "b.txt"):
            assert (tmp_path / "judged/cases" / case / name).read_bytes() == (tmp_path / "read/cases" / case / name).read_bytes()


def test_another_language_opens_no_input_and_equals_reading_in_it(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED, "b.txt": VALID, "c.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n"})
    korean = settings(language="ko")
    run(source, tmp_path / "told", settings())
    run(source, tmp_path / "read", korean)
    shutil.rmtree(source)

    work, stale = rejudged(Run(settings=korean, rules_version=rules_version()), Store(tmp_path / "told"))
    with ThreadPoolExecutor(1) as executor:
        run_cases(work, Store(tmp_path / "told"), executor, 1)
    end_children()

    assert stale == ()
    assert _results(tmp_path / "told") == _results(tmp_path / "read")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_whose_file_goes_before_it_is_read_says_so_in_the_language_of_the_run(language: str, tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED, "b.txt": VALID})
    given = settings(language=language)
    work = plan_work(find_cases([str(source)]), Run(settings=given, rules_version=rules_version()), Store(tmp_path / "out"))
    (source / "a.txt").unlink()

    with ThreadPoolExecutor(1) as executor:
        gone, read = run_cases(work, Store(tmp_path / "out"), executor, 1)
    end_children()

    assert (gone.state, read.state) == (CaseState.UNREADABLE, CaseState.DONE)
    assert str(source / "a.txt") in gone.reason
    assert gone.reason == said(gone.reason_made, language)
    assert (gone.reason == said(gone.reason_made, "en")) == (language == "en")


def test_what_holds_no_evidence_says_so_in_the_language_of_each_run(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": NO_EVIDENCE})

    english, _jobs = run(source, tmp_path / "out", settings())
    korean, _jobs = run(source, tmp_path / "out", settings(language="ko"))

    assert (english["a.txt"].state, korean["a.txt"].state) == (CaseState.NOTHING, CaseState.NOTHING)
    assert english["a.txt"].reason != korean["a.txt"].reason


@needs_pyshark
def test_a_case_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tshark = program(tmp_path, HANGS)
    monkeypatch.setenv("PATH", f"{tshark.parent}:{os.environ['PATH']}")
    source = put(tmp_path / "in", {"a.pcap": p.pcap(captured("good-12", frame=wifi, link=105)), "b.txt": EXPIRED})
    given = settings(use_tshark=True, limits=replace(DEFAULT_LIMITS, case_seconds=8))

    records, _jobs = run(source, tmp_path / "out", given)

    assert records["a.pcap"].state is CaseState.TIMEOUT
    assert "case_seconds" in records["a.pcap"].reason
    assert records["a.pcap"].failures == 1
    assert records["b.txt"].state is CaseState.DONE
    time.sleep(0.3)
    assert str(tshark) not in "".join(_command_lines())
    again, jobs = run(source, tmp_path / "out", given)
    assert (jobs, again["a.pcap"].state) == (0, CaseState.TIMEOUT)
    korean, jobs = run(source, tmp_path / "out", replace(given, language="ko"))
    assert (jobs, korean["a.pcap"].reason) == (1, said(records["a.pcap"].reason_made, "ko"))
    assert korean["a.pcap"].reason != records["a.pcap"].reason
    assert Store(tmp_path / "out").record("a.pcap") == korean["a.pcap"]
    english, _jobs = run(source, tmp_path / "out", given)
    assert english["a.pcap"].reason == records["a.pcap"].reason
    _records, jobs = run(source, tmp_path / "out", given, retry_failed=True)
    assert jobs == 1


def _command_lines() -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory limit of a child is Linux's")
def test_a_case_that_needs_too_much_memory_ends_alone(tmp_path: Path) -> None:
    line = "Nov 20 10:00:{:02d} ftd-{} SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
    source = put(tmp_path / "in", {"a.log": "".join(line.format(n % 60, n) for n in range(60_000)), "b.txt": EXPIRED})

    records, _jobs = run(source, tmp_path / "out", settings(limits=replace(DEFAULT_LIMITS, case_bytes=60 << 20)))

    assert records["a.log"].state is CaseState.MEMORY
    assert "case_bytes" in records["a.log"].reason
    assert records["b.txt"].state is CaseState.DONE


def test_parts_are_disjoint_and_together_all(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {f"case-{n}.txt": NO_EVIDENCE for n in range(40)})
    cases = find_cases([str(source)])

    parts = [{case.label for case in shard(cases, number, 3)} for number in (1, 2, 3)]

    assert sum(map(len, parts)) == len(set().union(*parts)) == 40


FORTY = {
    **{f"case-{n:02d}.txt": f"{EXPIRED}\n{'#' * n}\n" for n in range(29)},
    "same-1.txt": VALID,
    "same-2.txt": VALID,
    "empty.txt": "",
    "half.zip": b"PK\3\4 half",
    "bomb.gz": gzip.compress(bytes(40 << 20)),
    "nothing.txt": NO_EVIDENCE,
    "folder/a.txt": EXPIRED,
    "folder/b.txt": VALID,
    "bad-1/exits.txt": f"{EXPIRED}exits\n",
    "bad-2/hangs.txt": f"{EXPIRED}hangs\n",
    "bad-3/eats.txt": f"{EXPIRED}eats\n",
    "last.txt": VALID + "\n",
}
"""40 cases: among them one whose process exits, one that hangs and hears no signal, one that takes memory in C, a bomb, a half file, an
empty one, and the same bytes twice."""

ENDS = {
    **{f"case-{n:02d}.txt": "done" for n in range(29)},
    **{"same-1.txt": "done", "same-2.txt": "duplicate", "empty.txt": "nothing", "half.zip": "unreadable", "bomb.gz": "unreadable"},
    **{"nothing.txt": "nothing", "folder": "done", "last.txt": "done", "bad-1": "crashed", "bad-2": "timeout", "bad-3": "memory"},
}


def _command(source: Path, out: Path, seconds: int = 60) -> list[str]:
    return [
        *(sys.executable, "-P", "-m", "analyzer", "triage", str(source), "--out", str(out), "--as-of", "2026-11-23", "--jobs", "2"),
        *("--no-tshark", "--limit", f"case_seconds={seconds}", "--limit", "case_bytes=400000000", "--limit", "ratio_from_bytes=1000000"),
    ]


def _results(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.name in (REPORT, RESULT, FACTS)}


def _states(out: Path) -> dict[str, str]:
    return {record.label: record.state.value for record in Store(out).records()}


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, str]]:
    """The cases, an undisturbed triage of them, and the environment in which it ran."""
    place = tmp_path_factory.mktemp("forty")
    source, faulty = put(place / "in", FORTY), environment(place / "site")
    subprocess.run(_command(source, place / "out", 12), capture_output=True, check=False, timeout=300, env=faulty)
    return source, place / "out", faulty


def test_forty_cases_of_every_kind_end_as_they_must(forty: tuple[Path, Path, dict[str, str]]) -> None:
    _source, undisturbed, _faulty = forty

    assert _states(undisturbed) == ENDS
    assert len(ENDS) == 40


def test_killed_at_any_moment_the_next_run_ends_as_an_undisturbed_one(forty: tuple[Path, Path, dict[str, str]], tmp_path: Path) -> None:
    """The coordinator, or one of its children, is killed at random moments; a few here, fifty in `make test-all`."""
    source, undisturbed, faulty = forty
    dice = random.Random(8305)  # noqa: S311 - dice, no secret
    for number in range(50 if is_whole() else 2):
        out = tmp_path / f"killed-{number}"
        running = subprocess.Popen(
            _command(source, out, 12), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env=faulty
        )
        time.sleep(dice.uniform(0.3, 6.0))
        victims = [running.pid, *_children_of(running.pid)]
        with suppress(ProcessLookupError):
            os.kill(dice.choice(victims), signal.SIGKILL)
        running.wait(timeout=300)
        again = subprocess.run(_command(source, out, 12), capture_output=True, text=True, check=False, timeout=300, env=faulty)

        assert again.returncode not in (1, 2), again.stderr
        assert _results(out) == _results(undisturbed), number
        assert _states(out) == ENDS
        assert not list(out.rglob(".*.part"))


@pytest.mark.parametrize("kill_at", range(1, 40) if is_whole() else (1, 2, 3, 4, 6))
def test_killed_between_writing_and_moving_a_file_the_next_run_ends_whole(kill_at: int, tmp_path: Path) -> None:
    """Each process dies before it moves its n-th file: the coordinator with the first of a run, a child with its facts, report, result."""
    files = {f"case-{n}.txt": f"{EXPIRED}{'#' * n}" for n in range(3)} | {"b.txt": VALID, "c.txt": VALID, "d.txt": NO_EVIDENCE}
    source = put(tmp_path / "in", files)
    dies = environment(tmp_path / "site", kill_at=kill_at)
    lives = environment(tmp_path / "site")
    subprocess.run(_command(source, tmp_path / "undisturbed"), capture_output=True, check=False, timeout=300, env=lives)

    subprocess.run(_command(source, tmp_path / "out"), capture_output=True, check=False, timeout=300, env=dies)
    subprocess.run(_command(source, tmp_path / "out"), capture_output=True, check=False, timeout=300, env=lives)

    assert _results(tmp_path / "out") == _results(tmp_path / "undisturbed")
    assert _states(tmp_path / "out") == _states(tmp_path / "undisturbed")
    assert not list((tmp_path / "out").rglob(".*.part"))


def _children_of(pid: int) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(place.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(place.parent.name))
        except (OSError, ValueError, IndexError):
            continue
    return found


def test_the_children_of_a_killed_coordinator_end(tmp_path: Path) -> None:
    source = put(tmp_path / "in", FORTY)
    running = subprocess.Popen(
        _command(source, tmp_path / "out"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    children: list[int] = []
    ends = time.monotonic() + 30
    while not children and time.monotonic() < ends:
        time.sleep(0.05)
        children = _children_of(running.pid)
    running.kill()
    running.wait()

    assert children
    ends = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{child}").exists() for child in children)

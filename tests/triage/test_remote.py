"""Sources that are addresses: read as streams, known by their marks, and never asked for without one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from analyzer.pipeline import Options, read_case
from analyzer.triage.record import CaseState
from analyzer.triage.remote import RemoteError, files, is_address, streamed
from analyzer.triage.sources import SourceError, find_cases
from tests.triage.builders import DAY, EXPIRED, VALID, put
from tests.triage.test_people import of, run

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    """A store in memory."""
    store = fsspec.filesystem("memory")
    store.store.clear()
    yield store
    store.store.clear()


def test_each_child_of_an_address_is_a_case(memory: fsspec.AbstractFileSystem) -> None:
    for name in ("cases/one/a.txt", "cases/one/b/c.txt", "cases/two.tar.gz", "cases/.hidden", "cases/two.tar.gz.case.yaml"):
        memory.pipe(f"/{name}", name.encode())

    cases = find_cases(["memory://cases"])

    assert [(case.label, len(case.inputs)) for case in cases] == [("one", 2), ("two.tar.gz", 1)]
    memory.pipe("/cases/one/case.yaml", b"owner: kim")
    assert [(case.about.owner, len(case.inputs)) for case in find_cases(["memory://cases"])] == [("kim", 2), ("", 1)]
    assert [case.label for case in find_cases(["memory://cases/two.tar.gz"])] == ["two.tar.gz"]
    assert [case.label for case in find_cases([], listed=["acme\tmemory://cases/one"])] == ["acme"]


def test_a_stream_gives_the_facts_of_the_file(memory: fsspec.AbstractFileSystem) -> None:
    """Whatever the container: nothing is sought in a stream."""
    options = Options(as_of=DAY, as_of_source="--as-of")
    for sample in ("12-full-case", "04-expired-one-up-two-down", "09-tls13-capture-only", "10-single-pem"):
        here = SAMPLES / sample / "evidence"
        for path in here.rglob("*"):
            if path.is_file():
                memory.pipe(f"/{sample}/evidence/{path.relative_to(here).as_posix()}", path.read_bytes())

        there = read_case(streamed(f"memory://{sample}/evidence"), options)

        local = read_case([here], options)
        assert sorted((one.path, one.sha256) for one in there.artifacts) == sorted((one.path, one.sha256) for one in local.artifacts)
        assert {type(fact).__name__ for fact in there.facts} == {type(fact).__name__ for fact in local.facts}
        assert there.incomplete == local.incomplete


def test_a_file_that_changed_has_another_mark(memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe("/c/a.txt", b"1")
    first = list(files("memory://c"))
    memory.pipe("/c/a.txt", b"2")

    assert list(files("memory://c")) != first


def test_a_triage_of_an_address_reads_each_once_and_counts_the_same_bytes_once(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a/x.txt": EXPIRED, "b.txt": VALID, "c.txt": EXPIRED})
    address = f"local://{source}"

    index, _said = run(address, tmp_path / "out")
    again, _said = run(address, tmp_path / "out")
    local, _said = run(source, tmp_path / "local")

    assert {label: record.state for label, record in of(index).items()} == {
        "a": CaseState.DONE,
        "b.txt": CaseState.DONE,
        "c.txt": CaseState.DUPLICATE,
    }
    assert {label: record.severity for label, record in of(index).items()} == {
        label: record.severity for label, record in of(local).items()
    }
    assert [record.took for record in again.records if record.state is CaseState.DONE] == [
        record.took for record in index.records if record.state is CaseState.DONE
    ]


@pytest.mark.parametrize("address", ["s3://key:secret@bucket/x", "https://host/x?X-Amz-Signature=secret", "https://user@host/x#secret"])
def test_an_address_that_holds_credentials_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(SourceError) as caught:
        find_cases([address])

    assert "secret" not in str(caught.value)
    assert "environment" in str(caught.value)


@pytest.mark.parametrize("address", ["s3://nowhere", "nosuch://x"])
def test_a_store_without_its_library_is_named(address: str) -> None:
    with pytest.raises(RemoteError, match=address):
        list(files(address))


@pytest.mark.parametrize(("source", "is_one"), [("s3://b/c", True), ("C:\\cases", False), ("cases", False), ("a://b", False), ("-", False)])
def test_what_an_address_is(source: str, is_one: bool) -> None:
    assert is_address(source) is is_one


WATCHED = """
import sys
def hook(event, arguments):
    if event.startswith("socket."):
        print("SOCKET", event, arguments, file=sys.stderr, flush=True)
sys.addaudithook(hook)
if {blocked}:
    sys.modules["fsspec"] = sys.modules["fsspec.core"] = None
"""


def _watched(tmp_path: Path, source: str, *, blocked: bool) -> subprocess.CompletedProcess[str]:
    """A whole triage whose processes tell of every socket."""
    put(tmp_path / "site", {"sitecustomize.py": WATCHED.format(blocked=blocked)})
    words = [sys.executable, "-P", "-m", "analyzer", "triage", source, "--out", str(tmp_path / "out"), "--as-of", "2026-11-23"]
    given = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120, env=given)


def test_without_an_address_no_socket_is_opened(tmp_path: Path) -> None:
    done = _watched(tmp_path, str(put(tmp_path / "in", {"a.txt": EXPIRED})), blocked=False)

    assert done.returncode == 14
    assert "SOCKET" not in done.stderr


def test_without_the_extra_an_address_is_refused_and_no_socket_is_opened(tmp_path: Path) -> None:
    done = _watched(tmp_path, "https://127.0.0.1:1/cases", blocked=True)

    assert done.returncode == 2
    assert "sftunnel-analyzer[remote]" in done.stderr
    assert "SOCKET" not in done.stderr

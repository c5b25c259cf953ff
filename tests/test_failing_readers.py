"""A member that breaks a reader becomes an error with the reader's name and the place; the others are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.gather import gather
from analyzer.model.log import LogEvent
from analyzer.model.member import DamageKind
from analyzer.read import captures, certificates, logs, outputs
from analyzer.read.context import ReadContext
from tests.collect.builders_archives import put, tar
from tests.read import builders_certificates as build
from tests.read.captures import packets as p

CONTEXT = ReadContext(datetime(2026, 11, 23, tzinfo=UTC))
LINE = b"Nov 20 10:00:00 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
ERRORS = [ValueError, KeyError, RecursionError, AssertionError]
READERS: list[tuple[object, str, bytes]] = [
    (captures, "read", p.pcap(p.Dialogue().open().packets)),
    (certificates, "read_der", build.certificate_der()),
    (certificates, "read_pem", build.pem(build.certificate_der()).encode()),
    (logs, "read", LINE),
    (outputs, "read", b"root@fmc-1:~# sftunnel_status.pl\n"),
]


def _only_here(real: Callable[..., object], error: type[Exception]) -> Callable[..., object]:
    """The reader, which fails over the member called ``bad``."""

    def reader(first: object, second: object, *others: object) -> object:
        place = getattr(first, "location", second)
        if "bad" in str(place):
            raise error("cannot go on with -----BEGIN PRIVATE KEY-----")
        return real(first, second, *others)

    return reader


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(("room", "name", "content"), READERS, ids=lambda value: getattr(value, "__name__", ""))
def test_the_others_are_read_and_the_error_names_reader_and_place(
    room: object, name: str, content: bytes, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, name, _only_here(getattr(room, name), error))
    put(tmp_path, "case/bundle.tar", tar(("before.log", LINE), ("bad", content), ("after.log", LINE)))
    put(tmp_path, "case/next.log", LINE)

    read = gather([tmp_path / "case"], CONTEXT, lambda _: None)

    events = [fact.evidence.location.source for fact in read.facts if isinstance(fact, LogEvent)]
    assert {*events} >= {"case/bundle.tar!/before.log", "case/bundle.tar!/after.log", "case/next.log"}
    (damage,) = read.incomplete
    assert (damage.kind, str(damage.location)) == (DamageKind.ERROR, "case/bundle.tar!/bad")
    assert error.__name__ in damage.reason
    assert "in analyzer.read.members line" in damage.reason


@pytest.mark.parametrize(("room", "name", "content"), READERS, ids=lambda value: getattr(value, "__name__", ""))
def test_too_little_memory_is_of_the_run_and_no_fault_of_a_member(
    room: object, name: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever member is being read then, the others would come out thinner too: the run ends, and its boundary says so."""
    monkeypatch.setattr(room, name, _only_here(getattr(room, name), MemoryError))
    put(tmp_path, "case/bundle.tar", tar(("before.log", LINE), ("bad", content)))

    with pytest.raises(MemoryError):
        gather([tmp_path / "case"], CONTEXT, lambda _: None)


def test_the_place_of_a_failure_is_in_the_program_whatever_the_folders_are_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library below a checkout or a virtual environment that bears the name of the program is no part of it."""
    path = tmp_path / "analyzer" / "lib" / "broken_library.py"
    put(tmp_path, "analyzer/lib/broken_library.py", b"def read(*_):\n    raise ValueError\n")
    library: dict[str, object] = {"__name__": "broken_library"}
    exec(compile(path.read_text(), str(path), "exec"), library)  # noqa: S102 - stands for a library that is installed there
    monkeypatch.setattr(logs, "read", library["read"])
    put(tmp_path, "case/bad.log", LINE)

    (damage,) = gather([tmp_path / "case"], CONTEXT, lambda _: None).incomplete

    assert "(ValueError in analyzer.read.members line " in damage.reason
    assert "BEGIN" not in damage.reason


def test_what_was_read_before_the_failure_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "read", _only_here(outputs.read, ValueError))
    put(tmp_path, "case/bad.txt", LINE + b"root@fmc-1:~# sftunnel_status.pl\n")

    read = gather([tmp_path / "case"], CONTEXT, lambda _: None)

    assert [type(fact) for fact in read.facts] == [LogEvent]
    assert [damage.kind for damage in read.incomplete] == [DamageKind.ERROR]


def test_a_text_nested_without_end_does_not_break_the_program(tmp_path: Path) -> None:
    """A real way to a RecursionError: JSON a hundred thousand levels deep."""
    put(tmp_path, "case/PEERS_MAP.JSON", b'{"a":' * 100_000)
    put(tmp_path, "case/next.log", LINE)

    read = gather([tmp_path / "case"], CONTEXT, lambda _: None)

    assert len([fact for fact in read.facts if isinstance(fact, LogEvent)]) == 1
    assert [damage.kind for damage in read.incomplete] == [DamageKind.DAMAGED]

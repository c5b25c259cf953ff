"""tshark in its child process: what it adds, and what happens when it fails, hangs, or is not what it should be."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.member import Damage
from analyzer.read.captures import find, find_tshark, read, tshark
from analyzer.read.captures.answer import Answer, SaidFrame, SaidMessage, SaidRecord, TsharkFailed, frames, last_line
from analyzer.read.captures.flows import FlowTable
from analyzer.read.captures.records import walk
from analyzer.read.captures.reduced import ReducedCapture
from analyzer.read.captures.stream import ByteStream
from analyzer.read.captures.survey import Needed
from analyzer.read.captures.tls_events import ServerHello
from analyzer.read.captures.translate import Translation
from analyzer.read.context import ReadContext
from tests.read.captures import packets as p
from tests.read.captures.dissector import TSHARK, needs_pyshark, needs_tshark
from tests.read.captures.programs import program
from tests.read.captures.scenarios import CAPTURE, captured, conversation, read_capture, wifi

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand in for tshark")
REPOSITORY = Path(__file__).parents[3]
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
GOOD = p.pcap(captured("good-12"))
OTHER_TRAFFIC = [p.Packet(p.START + 10**9, p.ethernet(p.ipv4(p.udp(bytes(1400), 5000, 53), p.FTD, p.FMC, 17)))] * 300
LONG = p.pcap([*captured("good-12"), *OTHER_TRAFFIC])


def how(facts: list[CapturedConnection | CaptureRead | Damage]) -> CaptureRead:
    (read,) = (fact for fact in facts if isinstance(fact, CaptureRead))
    return read


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A folder for temporary files, to see what is left in it."""
    folder = tmp_path / "space"
    folder.mkdir()
    return folder


# What tshark adds


@needs_pyshark
@needs_tshark
def test_the_report_names_tshark_and_pyshark(space: Path) -> None:
    read = how(read_capture(GOOD, tshark=TSHARK, temp_dir=space))

    assert read.dissector.startswith("tshark ")
    assert read.dissector.endswith("(pyshark 0.6)")
    assert read.note == ""


@needs_pyshark
@posix_only
def test_the_version_is_that_of_the_small_program_beside_tshark(tmp_path: Path, space: Path) -> None:
    """tshark takes as long to say its version as to start."""
    real = program(tmp_path, "exit 0")
    real.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nexit 0\n')
    sister = real.with_name("capinfos")
    sister.write_text("#!/bin/sh\necho 'Capinfos (Wireshark) 4.2.9 (Git v4.2.9).'\n")
    sister.chmod(0o755)

    read_capture(GOOD, tshark=real, temp_dir=space)

    assert [line.split()[0] for line in (tmp_path / "asked").read_text().splitlines()] == ["-l"]


@needs_pyshark
@needs_tshark
def test_what_only_tshark_unwraps_becomes_a_connection(space: Path) -> None:
    packets = captured("client-leaf-expired-12", frame=wifi, link=105)
    plain = captured("client-leaf-expired-12")

    facts = read_capture(p.section(packets), tshark=TSHARK, temp_dir=space)

    assert facts[:-1] == read_capture(p.section(plain))[:-1]
    assert how(facts).kept == len(packets)


# What must not disturb it


@needs_pyshark
@needs_tshark
def test_settings_in_the_evidence_folder_start_no_other_program(tmp_path: Path, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pyshark reads config.ini of the current directory."""
    marker = tmp_path / "started"
    evil = program(tmp_path, f"touch {marker}")
    (tmp_path / "config.ini").write_text(f"[tshark]\ntshark_path = {evil}\n")
    monkeypatch.chdir(tmp_path)

    read = how(read_capture(GOOD, tshark=TSHARK, temp_dir=space))

    assert read.note == ""
    assert not marker.exists()


@needs_pyshark
@needs_tshark
def test_the_users_preferences_change_nothing(tmp_path: Path, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "preferences").write_text("tcp.desegment_tcp_streams: FALSE\ntls.desegment_ssl_records: FALSE\n")
    (tmp_path / "disabled_protos").write_text("tls\n")
    monkeypatch.setenv("WIRESHARK_CONFIG_DIR", str(tmp_path))
    data = p.pcap(captured("good-12", mss=100))

    facts = read_capture(data, tshark=TSHARK, temp_dir=space)

    assert how(facts).note == ""
    assert facts[0] == read_capture(data)[0]


@needs_pyshark
@needs_tshark
@pytest.mark.parametrize("place", ["home", "environment"])
def test_lua_scripts_of_the_user_do_not_run(place: str, tmp_path: Path, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker, plugins = tmp_path / "ran", tmp_path / ".local/lib/wireshark/plugins"
    plugins.mkdir(parents=True)
    (plugins / "mine.lua").write_text(f'local f = io.open("{marker}", "w"); f:write("x"); f:close()\n')
    monkeypatch.setenv(*(("HOME", str(tmp_path)) if place == "home" else ("WIRESHARK_PLUGIN_DIR", str(plugins))))

    assert how(read_capture(GOOD, tshark=TSHARK, temp_dir=space)).note == ""
    assert not marker.exists()


@needs_pyshark
@posix_only
def test_tshark_gets_limits_an_empty_profile_and_asks_no_name_server(tmp_path: Path, space: Path) -> None:
    seen = tmp_path / "seen"
    body = f'{{ ulimit -v; ls -A "$WIRESHARK_CONFIG_DIR" "$HOME" | grep -vc :; echo "$@"; }} > {seen}; exit 0'

    read_capture(GOOD, tshark=program(tmp_path, body), temp_dir=space)

    memory, files, arguments = seen.read_text().splitlines()
    assert memory == ("unlimited" if sys.platform == "darwin" else str(Limits().tshark_memory // 1024))
    assert files == "1"  # the empty line between the two folders
    assert "-n" in arguments.split()


@needs_pyshark
@needs_tshark
def test_warnings_as_errors_do_not_reach_the_child(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")

    assert how(read_capture(GOOD, tshark=TSHARK, temp_dir=space)).note == ""


@needs_pyshark
@needs_tshark
def test_it_works_inside_an_event_loop_and_in_a_thread(space: Path) -> None:
    """pyshark itself would fail in both."""
    seen: list[CaptureRead] = []

    async def within() -> None:
        seen.append(how(read_capture(GOOD, tshark=TSHARK, temp_dir=space)))

    thread = threading.Thread(target=lambda: asyncio.run(within()))
    thread.start()
    thread.join()

    assert [read.note for read in seen] == [""]


# When it fails


@needs_pyshark
@posix_only
@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("echo oops >&2; exit 3", "tshark or pyshark failed (TSharkCrashException): the embedded reader took its place"),
        ("echo '[ {broken'; exit 0", "tshark showed no connection's TLS records in full"),
        ("kill -SEGV $$", "tshark or pyshark failed ("),  # by us or by pyshark, whoever looks first
    ],
)
def test_a_tshark_that_fails_is_replaced_by_the_embedded_reader(body: str, why: str, tmp_path: Path, space: Path) -> None:
    facts = read_capture(GOOD, tshark=program(tmp_path, body), temp_dir=space)

    assert facts[0] == read_capture(GOOD)[0]
    read = how(facts)
    assert read.dissector == "embedded reader"
    assert read.note.startswith(why)
    assert not any(isinstance(fact, Damage) for fact in facts)
    assert list(space.iterdir()) == []


HANGS = "echo $$ > {pid}.part; mv {pid}.part {pid}; exec sleep 300"


def hanging(folder: Path) -> tuple[Path, Path]:
    """A tshark that says its version and then nothing more, and the file in which its process number stands once it runs."""
    pid = folder / "pid"
    return program(folder, HANGS.format(pid=pid)), pid


def running(pid: Path) -> int:
    """The process group in which the hanging tshark runs, once it does."""
    for _ in range(300):
        if pid.exists():
            return os.getpgid(int(pid.read_text()))
        time.sleep(0.1)
    raise AssertionError("tshark was not started")


def processes() -> Iterator[tuple[int, str, str]]:
    """Group, state and program of every process: of the kernel itself on Linux, where a small system has no ``ps``."""
    if not sys.platform.startswith("linux"):
        table = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
        for line in table.splitlines():
            group, state, program_and_arguments = line.split(maxsplit=2)
            yield int(group), state, program_and_arguments
        return
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            name, _, rest = path.read_text(encoding="utf-8", errors="replace").rpartition(") ")
            state, _parent, group = rest.split()[:3]
            yield int(group), state, name.partition("(")[2]


def left_of(group: int) -> list[str]:
    """What the system still shows of a group, but for what has ended and waits to be asked for its status."""
    for _ in range(50):
        left = [name for of, state, name in processes() if of == group and not state.startswith("Z")]
        if not left:
            break
        time.sleep(0.1)
    return left


@needs_pyshark
@posix_only
def test_a_tshark_that_hangs_is_ended_with_all_it_started(tmp_path: Path, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, pid = hanging(tmp_path)
    groups: list[int] = []

    def limited(run: tshark.TsharkRun, left: float) -> Answer:
        groups.append(running(pid))
        return unlimited(run, left)

    unlimited = tshark.TsharkRun.answer
    monkeypatch.setattr(tshark.TsharkRun, "answer", limited)

    facts = read_capture(GOOD, tshark=slow, temp_dir=space, limits=Limits(tshark_seconds=1))

    assert how(facts).note == "tshark did not finish within 1 seconds (limit tshark_seconds): the embedded reader took its place"
    assert facts[0] == read_capture(GOOD)[0]
    assert left_of(*groups) == []
    assert list(space.iterdir()) == []


@needs_pyshark
@posix_only
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_stays_behind_when_the_walk_breaks_off(error: type[BaseException], tmp_path: Path, space: Path) -> None:
    slow, pid = hanging(tmp_path)
    groups: list[int] = []

    def chunks() -> Iterator[bytes]:
        yield LONG
        groups.append(running(pid))  # tshark runs while the capture is still being read
        raise error

    with pytest.raises(error):
        list(read(chunks(), CAPTURE, ReadContext(AS_OF, tshark=slow, temp_dir=space)))

    assert left_of(*groups) == []
    assert list(space.iterdir()) == []


@needs_pyshark
@posix_only
def test_nothing_stays_behind_when_the_child_that_runs_pyshark_is_killed(tmp_path: Path, space: Path) -> None:
    slow, pid = hanging(tmp_path)
    groups: list[int] = []

    def chunks() -> Iterator[bytes]:
        yield LONG
        groups.append(running(pid))
        os.kill(groups[0], signal.SIGKILL)  # it leads the group

    facts = list(read(chunks(), CAPTURE, ReadContext(AS_OF, tshark=slow, temp_dir=space)))

    assert how(facts).note == "tshark or pyshark failed (status -9): the embedded reader took its place"
    assert left_of(*groups) == []
    assert list(space.iterdir()) == []


@needs_pyshark
@posix_only
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda ending: ending.name)
def test_nothing_stays_behind_when_the_caller_is_ended(ending: signal.Signals, tmp_path: Path, space: Path) -> None:
    slow, pid = hanging(tmp_path)
    capture = tmp_path / "evidence.pcap"
    capture.write_bytes(GOOD)
    # A test runner in the background ignores Ctrl-C and hands that on: the caller gets back what a terminal gives it.
    code = f"""
        import signal
        from datetime import UTC, datetime
        from pathlib import Path
        from analyzer.model.location import Location
        from analyzer.read.captures import read
        from analyzer.read.context import ReadContext
        signal.signal(signal.SIGINT, signal.default_int_handler)
        context = ReadContext(datetime(2026, 11, 23, tzinfo=UTC), tshark=Path({str(slow)!r}), temp_dir=Path({str(space)!r}))
        list(read([Path({str(capture)!r}).read_bytes()], Location("evidence.pcap"), context))
    """
    caller = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    group = running(pid)

    caller.send_signal(ending)
    caller.wait()

    assert left_of(group) == []
    assert list(space.iterdir()) == []


@needs_pyshark
@posix_only
def test_a_child_whose_caller_is_gone_ends_only_when_its_folder_is_removed(space: Path) -> None:
    """What it was asked is removed as well: that it cannot be read any more must not end it in between."""
    asked = space / "folder" / "known" / "request"
    asked.parent.mkdir(parents=True)
    (asked.parent / "settings").mkdir()
    for n in range(4000):
        (asked.parent / "settings" / str(n)).touch()
    os.mkfifo(asked)
    writer = os.open(asked, os.O_RDWR)
    child = Path(tshark.__file__).with_name("tshark_child.py")
    started = subprocess.Popen(
        [sys.executable, str(child), str(asked)], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    started.stdin.close()  # type: ignore[union-attr]
    while len(list((asked.parent / "settings").glob("*"))) == 4000:
        time.sleep(0.001)

    os.close(writer)

    assert started.wait() == -signal.SIGKILL
    assert list(space.iterdir()) == []


@needs_pyshark
@posix_only
def test_a_tshark_that_ends_well_before_the_capture_does_is_not_believed(tmp_path: Path, space: Path) -> None:
    """It said nothing of what it had not seen yet: there would be no word of packets that nobody read."""
    packets = [p.Packet(packet.time, wifi(packet.data[14:]), 105) for packet in captured("good-12")] * 20  # more than a pipe holds

    (damage,) = (
        fact for fact in read_capture(p.pcap(packets), tshark=program(tmp_path, "exit 0"), temp_dir=space) if isinstance(fact, Damage)
    )

    assert damage.reason.endswith("because tshark or pyshark failed (ChildProcessError).")


def test_without_tshark_the_embedded_reader_says_why() -> None:
    read = how(read_capture(GOOD))

    assert (read.dissector, read.note) == ("embedded reader", "tshark was not found or not wanted: the embedded reader took its place")


@posix_only
def test_a_python_on_which_pyshark_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))

    read = how(read_capture(GOOD, tshark=program(tmp_path, "exit 0"), temp_dir=tmp_path))

    assert (read.dissector, read.note.partition(":")[0]) == ("embedded reader", "pyshark 0.6 does not start on Python 3.14 and later")


@needs_pyshark
@posix_only
def test_pyshark_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    read = how(read_capture(GOOD, tshark=program(tmp_path, "exit 0"), temp_dir=tmp_path))

    assert (read.dissector, read.note.partition(":")[0]) == ("embedded reader", "pyshark is not installed")


@needs_pyshark
@posix_only
def test_an_interpreter_that_cannot_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))

    facts = read_capture(GOOD, tshark=program(tmp_path, "exit 0"), temp_dir=tmp_path)

    assert how(facts).note.startswith("tshark could not be started (No such file or directory)")
    assert facts[0] == read_capture(GOOD)[0]


@needs_pyshark
@posix_only
def test_a_program_that_is_no_tshark(tmp_path: Path) -> None:
    other = tmp_path / "tshark"
    other.write_text("#!/bin/sh\necho something else\n")
    other.chmod(0o755)

    read = how(read_capture(GOOD, tshark=other, temp_dir=tmp_path))

    assert (read.dissector, read.note.partition(":")[0]) == ("embedded reader", "tshark or pyshark failed (TSharkVersionException)")


def test_no_room_for_temporary_files(tmp_path: Path) -> None:
    facts = read_capture(GOOD, tshark=tmp_path / "tshark", temp_dir=tmp_path / "nowhere")

    assert how(facts).note.startswith("no folder for temporary files")
    assert facts[0] == read_capture(GOOD)[0]


@needs_pyshark
@posix_only
def test_a_capture_too_large_for_tshark_is_read_without(tmp_path: Path) -> None:
    facts = read_capture(GOOD, tshark=program(tmp_path, "exit 0"), temp_dir=tmp_path, limits=Limits(reduced_bytes=3000))

    assert how(facts).note.startswith("the connections to the port have more than 3,000 bytes (limit reduced_bytes)")
    assert facts[0] == read_capture(GOOD)[0]


def chatting(name: str, mss: int, client_port: int = 40001) -> list[p.Packet]:
    """A handshake, and then an exchange of application data that is much longer, in records that end anywhere in a segment."""
    said = [one for one in conversation(name).said if one[1]]
    data = b"\x17\x03\x03\x05\x00" + bytes(1280)
    return (
        p.Dialogue(mss=mss, client_port=client_port).open().say([*said, *[("client", data * 7), ("server", data * 7)] * 5]).finish().packets
    )


@needs_pyshark
@needs_tshark
@pytest.mark.parametrize("mss", [200, 1400])
@pytest.mark.parametrize("name", ["good-12-no-data", "good-13", "resumed-12"])
def test_tshark_gets_what_can_be_read_and_the_result_is_the_same(name: str, mss: int, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packets, fed = chatting(name, mss), []
    monkeypatch.setattr(ReducedCapture, "add", lambda self, needed, add=ReducedCapture.add: (fed.append(needed), add(self, needed))[1])

    facts = read_capture(p.pcap(packets), tshark=TSHARK, temp_dir=space)

    assert how(facts).note == ""
    assert facts[0] == read_capture(p.pcap(packets))[0]
    assert len(fed) < len(packets) / 3


def test_a_capture_of_application_data_alone_starts_no_tshark(tmp_path: Path) -> None:
    packets = [packet for packet in chatting("good-12-no-data", 1400) if b"\x17\x03\x03" in packet.data]

    facts = read_capture(p.pcap(packets), tshark=tmp_path / "no-such-program", temp_dir=tmp_path)

    assert how(facts).note == "no connection carries TLS for tshark to read: the embedded reader took its place"


@needs_pyshark
@needs_tshark
def test_frames_that_are_not_held_back_lose_nothing(space: Path) -> None:
    """Those behind a hole wait for what fills it; the embedded reader reads their connection when there is no room for that."""
    packets = captured("good-12", mss=300)
    lost = next(at for at, packet in enumerate(packets) if b"InternalCA" in packet.data)
    again = p.Packet(packets[lost + 2].time, packets[lost].data)
    late = p.pcap([*packets[:lost], *packets[lost + 1 : lost + 3], again, *packets[lost + 3 :]])

    held = read_capture(late, tshark=TSHARK, temp_dir=space)
    not_held = read_capture(late, tshark=TSHARK, temp_dir=space, limits=Limits(held_bytes=1))

    assert (how(held).note, how(not_held).note) == (
        "",
        "tshark showed no connection's TLS records in full: the embedded reader took its place",
    )
    assert held[0] == not_held[0]


@needs_pyshark
@posix_only
def test_a_full_disk_is_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, text: str) -> int:
        raise OSError(28, "No space left on device")

    tshark_there = program(tmp_path, "exit 0")
    monkeypatch.setattr(Path, "write_text", full)

    facts = read_capture(GOOD, tshark=tshark_there, temp_dir=tmp_path)

    assert how(facts).note.startswith("tshark could not be started (No space left on device)")
    assert facts[0] == read_capture(GOOD)[0]


@needs_pyshark
@needs_tshark
@pytest.mark.parametrize(("frame", "link"), [(p.ethernet, p.ETHERNET), (wifi, 105)], ids=["known", "unclear"])
def test_nothing_of_a_capture_is_written_to_a_disk(
    frame: Callable[[bytes], bytes], link: int, space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only tshark understands, nobody knows before: the password that somebody sent to the port, for instance."""
    said = [("client", b"USER admin PASS kept-to-myself\r\n")]
    dialogue = p.Dialogue(client_port=2, frame=frame, link=link).open().say(said)
    packets = [*captured("good-12", frame=frame, link=link), *dialogue.packets]
    written: dict[str, bytes] = {}

    def looked_at(run: tshark.TsharkRun, left: float) -> Answer:
        answer = unspied(run, left)
        written.update({path.name: path.read_bytes() for path in space.rglob("*") if path.is_file()})
        return answer

    unspied = tshark.TsharkRun.answer
    monkeypatch.setattr(tshark.TsharkRun, "answer", looked_at)

    facts = read_capture(p.pcap(packets), tshark=TSHARK, temp_dir=space)

    assert [fact.outcome for fact in facts if isinstance(fact, CapturedConnection)] == [
        ConnectionOutcome.COMPLETED,
        ConnectionOutcome.NOT_TLS,
    ]
    assert {name: data for name, data in written.items() if data} == {"request": written["request"]}
    assert b"kept-to-myself" not in written["request"]


@pytest.mark.parametrize(
    ("packets", "note"), [([], "no packet concerns the port"), (p.Dialogue().open().finish().packets, "no connection carries data")]
)
def test_tshark_is_not_started_for_nothing(packets: list[p.Packet], note: str, tmp_path: Path) -> None:
    facts = read_capture(p.pcap(packets), tshark=tmp_path / "no-such-program", temp_dir=tmp_path)

    assert (how(facts).dissector, how(facts).note) == ("none needed", note)
    assert [fact.outcome for fact in facts if isinstance(fact, CapturedConnection)] == [ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE] * bool(
        packets
    )


# The reduced capture and the answer


def test_the_reduced_capture_is_one_that_can_be_read_again_however_it_is_taken() -> None:
    small = ReducedCapture()
    small.add(Needed((41, 1_700_000_000_123_456_789, 1, 60, bytes(60))))
    taken = [small.take()]
    small.add(Needed((43, 7, 113, 500, b"abc")))
    taken.append(small.take())

    assert list(walk(ByteStream(taken))) == [(1, 1_700_000_000_123_456_789, 1, 60, bytes(60)), (2, 7, 113, 500, b"abc")]
    assert [frame.number for frame in small.frames] == [41, 43]
    assert small.waiting == 0


def test_an_answer_without_its_last_line_is_not_believed() -> None:
    said = b'{"frame": 4, "records": []}\n'
    assert last_line(said) is None
    assert last_line(said + b'{"end": true, "version": "4.4.1"}\n') == SaidFrame(end=True, version="4.4.1")


@pytest.mark.parametrize("line", ["nonsense", '{"frame": "four"}', '{"frame": 4, "records": [{"kind": 22}]}', "[]"])
def test_an_answer_that_is_not_ours_is_not_believed(line: str) -> None:
    with pytest.raises(TsharkFailed):
        list(frames(line.encode() + b"\n"))


@needs_pyshark
def test_records_that_the_survey_does_not_hold_do_not_count() -> None:
    """tshark guesses on after a hole: what it makes of that is no evidence."""
    from analyzer.model.capture import Sender
    from analyzer.read.captures.network import NetworkReader, Segment

    table = FlowTable(8305)
    for number, packet in enumerate(captured("good-12")[:6], 1):
        segment = NetworkReader(8305).read((number, packet.time, 1, len(packet.data), packet.data))
        assert isinstance(segment, Segment)
        table.add(segment)
    translation = Translation(table)
    hello = SaidRecord(22, 65, (SaidMessage(2, version=0x0303),))

    translation.add([hello], 0, Sender.SERVER, 4)
    translation.add([hello, SaidRecord(21, 2, alert=(2, 45))], 0, Sender.SERVER, 6)

    assert translation.events(0) == [ServerHello(Sender.SERVER, 6, 0x0303, b"", 0, False)]
    assert translation.missing() == {0}


# Where it is


@posix_only
def test_tshark_is_found_in_the_search_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}/usr/bin")

    assert find_tshark() == path


@posix_only
def test_tshark_is_never_taken_from_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path, "exit 0")
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(find, "_USUAL_PLACES", ())
    monkeypatch.setenv("PATH", os.pathsep.join(("", ".", str(path.parent), "../bin")))

    assert find_tshark() is None


def test_the_location_of_a_capture_inside_an_archive_is_kept() -> None:
    facts = list(read([GOOD], Location("case.tgz", "a/b.pcap"), ReadContext(AS_OF)))

    assert isinstance(facts[0], CapturedConnection)
    assert str(facts[0].summary.location) == "case.tgz!/a/b.pcap packet 1"

"""tshark through pyshark, in a child process with limits. What it says of each frame comes back as JSON lines.

pyshark needs an event loop of the main thread, reads ``config.ini`` of the current directory, ends silently on what tshark refuses,
and leaves tshark running unless it is closed: hence the child, its empty directory, its process group, and the ``end`` line.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

import msgspec

from analyzer.model.limits import Limits
from analyzer.texts import _

_CHILD = Path(__file__).with_name("tshark_child.py")
_ENVIRONMENT_DROPPED = ("PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONINSPECT", "WIRESHARK_")
"""Beginnings of names. Wireshark takes folders of plugins from its own."""


class TsharkFailed(Exception):
    """tshark gave no answer, or none that is whole. The message is a phrase that completes "because"; ``limited``: it names a cap."""

    def __init__(self, why: str, *, limited: bool = False) -> None:
        super().__init__(why)
        self.limited = limited


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """A handshake message in plain. What is not in it is empty; byte strings are hex."""

    kind: int
    session_id: str = ""
    version: int = 0
    cipher: int = 0
    extensions: tuple[int, ...] = ()
    supported: tuple[int, ...] = ()
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SaidRecord:
    """A TLS record. ``alert`` is (level, number) of one in plain."""

    kind: int
    length: int
    messages: tuple[SaidMessage, ...] = ()
    alert: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SaidSegment:
    """A TCP segment of a frame that only tshark understands. ``payload`` is hex, ``length`` its length on the wire."""

    source: str
    target: str
    source_port: int
    target_port: int
    flags: int
    sequence: int
    length: int
    payload: str


@dataclass(frozen=True, slots=True)
class SaidFrame:
    """What tshark says of one frame of the reduced capture. The last line has ``end``, the packets that it showed, and its ``version``."""

    frame: int = 0
    records: tuple[SaidRecord, ...] = ()
    segment: SaidSegment | None = None
    end: bool = False
    packets: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``dissector`` is ``tshark 4.0.17 (pyshark 0.6)``. ``frames`` may raise `TsharkFailed` while they are taken."""

    dissector: str
    frames: Iterator[SaidFrame]


_decode = msgspec.json.Decoder(SaidFrame).decode


class TsharkRun:
    """tshark at work on one capture, which may still grow. The capture's folder is private, ours, and takes more files.

    ``addresses``: the addresses of each frame are asked for as well. Raises `TsharkFailed` when it cannot be started. As a context it
    ends what it started, and so does `close`.
    """

    def __init__(self, program: Path, capture: Path, port: int, limits: Limits, *, addresses: bool = False) -> None:
        self._folder = capture.parent
        self._limits = limits
        settings, asked = self._folder / "settings", self._folder / "request"
        self._pyshark = _pyshark_version()
        if not program.is_file():  # pyshark would look for another one
            raise TsharkFailed(_("tshark could not be started ({error})").format(error=os.strerror(errno.ENOENT)))
        request = {
            "capture": str(capture),
            "tshark": str(program),
            "port": port,
            "addresses": addresses,
            "memory": limits.tshark_memory,
            "output": limits.tshark_answer_bytes,
        }
        try:
            settings.mkdir(mode=0o700)
            asked.write_text(json.dumps(request))
            with self._answer_file.open("xb") as output, self._errors.open("xb") as errors:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                    [sys.executable, "-P", "-B", "-W", "ignore", str(_CHILD), str(asked)],
                    stdin=subprocess.PIPE,  # a line says that the capture is whole, its end that we are gone
                    stdout=output,
                    stderr=errors,
                    cwd=self._folder,
                    env=_environment(settings),
                    start_new_session=True,
                )
        except OSError as error:
            raise TsharkFailed(_("tshark could not be started ({error})").format(error=error.strerror)) from error

    def answer(self) -> Answer:
        """What tshark says of each frame of the capture, which is whole now; the wall-clock time that it may take counts from here.
        Thousands of connections take about ten seconds. Raises `TsharkFailed`."""
        limit = self._limits.tshark_seconds
        try:
            self._say_whole()
            status = self._process.wait(limit)
        except subprocess.TimeoutExpired as error:
            told = _("tshark did not finish within {seconds} seconds (limit tshark_seconds)")
            raise TsharkFailed(told.format(seconds=limit), limited=True) from error
        finally:
            self.close()
        if status != 0:
            why = _error_name(self._errors) or _("status {status}").format(status=status)
            self._blame_a_limit(why)
            raise TsharkFailed(_("tshark or pyshark failed ({error})").format(error=why))
        last = _last_line(self._answer_file)
        if last is None:
            raise TsharkFailed(_("the answer of tshark is not whole"))
        return Answer(f"tshark {last.version} (pyshark {self._pyshark})", _frames(self._answer_file))

    def _blame_a_limit(self, why: str) -> None:
        """Raise `TsharkFailed` with the cap that ended the child, when it was one. A tshark without memory ends itself by a signal."""
        if self._answer_file.stat().st_size >= self._limits.tshark_answer_bytes:
            told = _("tshark answered more than {size:,} bytes (limit tshark_answer_bytes)")
            raise TsharkFailed(told.format(size=self._limits.tshark_answer_bytes), limited=True)
        if why == "MemoryError":
            told = _("tshark needs more than {size:,} bytes of memory (limit tshark_memory)")
            raise TsharkFailed(told.format(size=self._limits.tshark_memory), limited=True)

    def close(self) -> None:
        """Nothing of ours stays behind, whatever happened: a child that died may have left its tshark."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def _answer_file(self) -> Path:
        return self._folder / "answer"

    @property
    def _errors(self) -> Path:
        return self._folder / "errors"

    def _say_whole(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended already: its status says why
                self._process.stdin.write(b"whole\n")
                self._process.stdin.flush()


def _pyshark_version() -> str:
    """Raises `TsharkFailed` when it cannot be used here."""
    if sys.version_info >= (3, 14):
        raise TsharkFailed(_("pyshark 0.6 does not start on Python 3.14 and later"))
    if importlib.util.find_spec("pyshark") is None:
        raise TsharkFailed(_("pyshark is not installed"))
    try:
        return version("pyshark")
    except PackageNotFoundError as error:
        raise TsharkFailed(_("pyshark is not installed")) from error


def _environment(settings: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_ENVIRONMENT_DROPPED)}
    return kept | {"WIRESHARK_CONFIG_DIR": str(settings)}


def _error_name(path: Path) -> str:
    """The exception that ended the child. Its text holds process numbers and temporary names, which would differ from run to run."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 8000))
        names = re.findall(rb"(?m)^(?:\w{1,40}\.){0,6}(\w{1,60}(?:Error|Exception))\b", file.read())
    return names[-1].decode() if names else ""


def _last_line(answer: Path) -> SaidFrame | None:
    """The line that says that the answer is whole, None when that is not what stands at its end."""
    with answer.open("rb") as file:
        file.seek(max(0, answer.stat().st_size - 200))
        line = file.read().rstrip(b"\n").rpartition(b"\n")[2]
    try:
        last = _decode(line)
    except msgspec.MsgspecError:
        return None
    return last if last.end else None


def _frames(answer: Path) -> Iterator[SaidFrame]:
    with answer.open("rb") as file:
        for line in file:
            try:
                frame = _decode(line)
            except msgspec.MsgspecError as error:
                raise TsharkFailed(_("the answer of tshark cannot be decoded")) from error
            if frame.end:
                return
            yield frame

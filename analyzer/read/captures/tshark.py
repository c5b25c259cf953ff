"""tshark through pyshark, in a child process with limits. What it says of each frame comes back as JSON lines.

pyshark needs an event loop of the main thread, reads ``config.ini`` of the current directory, ends silently on what tshark refuses,
and leaves tshark running unless it is closed: hence the child, its empty directory, its process group, and the ``end`` line.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from analyzer.read.captures.find import tshark_version
from analyzer.texts import _

TIME_LIMIT_SECONDS = 180.0
"""Wall-clock seconds that tshark gets for one reduced capture; thousands of connections take about ten."""

MEMORY_BYTES = 4 << 30
"""Address space of the child and of its tshark, each (resident memory is far less)."""

OUTPUT_BYTES = 256 << 20
"""Bytes of the child's answer."""

_CHILD = Path(__file__).with_name("tshark_child.py")
_ENVIRONMENT_DROPPED = ("PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONINSPECT", "WIRESHARK_DEBUG")


class TsharkFailed(Exception):
    """tshark gave no answer, or none that is whole. The message is a phrase that completes "because"."""


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """A handshake message in plain. What is not in it is empty; byte strings are hex."""

    kind: int
    session_id: str = ""
    version: int = 0
    cipher: int = 0
    random: str = ""
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
    """What tshark says of one frame of the reduced capture. The last line has ``end``."""

    frame: int = 0
    records: tuple[SaidRecord, ...] = ()
    segment: SaidSegment | None = None
    end: bool = False
    packets: int = 0


_decode = msgspec.json.Decoder(SaidFrame).decode


def describe(program: Path) -> str:
    """``tshark 4.0.17 (pyshark 0.6)``. Raises `TsharkFailed` when either cannot be used here."""
    if sys.version_info >= (3, 14):
        raise TsharkFailed(_("pyshark 0.6 does not start on Python 3.14 and later"))
    if importlib.util.find_spec("pyshark") is None:
        raise TsharkFailed(_("pyshark is not installed"))
    try:
        return f"tshark {tshark_version(program)} (pyshark {version('pyshark')})"
    except PackageNotFoundError as error:
        raise TsharkFailed(_("pyshark is not installed")) from error
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise TsharkFailed(_("tshark does not run ({error})").format(error=type(error).__name__)) from error


def run(program: Path, capture: Path, port: int, unclear: Sequence[int], limit_seconds: float = TIME_LIMIT_SECONDS) -> Iterator[SaidFrame]:
    """What tshark says of each frame of a capture, in order. The capture's folder is private, ours, and takes more files.

    ``unclear`` are the frames whose addresses are asked for. Raises `TsharkFailed` before the first frame is given.
    """
    folder = capture.parent
    settings, answer, asked = folder / "settings", folder / "answer", folder / "request"
    settings.mkdir(mode=0o700)
    request = {
        "capture": str(capture),
        "tshark": str(program),
        "port": port,
        "unclear": list(unclear),
        "memory": MEMORY_BYTES,
        "output": OUTPUT_BYTES,
    }
    asked.write_text(json.dumps(request))
    with answer.open("xb") as output, (folder / "errors").open("xb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-P", "-B", "-W", "ignore", str(_CHILD), str(asked)],
            stdin=subprocess.PIPE,  # stays open and empty: its end tells the child that we are gone
            stdout=output,
            stderr=errors,
            cwd=folder,
            env=_environment(settings),
            start_new_session=True,
        )
        try:
            status = process.wait(limit_seconds)
        except subprocess.TimeoutExpired as error:
            raise TsharkFailed(_("tshark did not finish within {seconds:g} seconds").format(seconds=limit_seconds)) from error
        finally:
            _end(process)
    if status != 0:
        why = _error_name(folder / "errors") or _("status {status}").format(status=status)
        raise TsharkFailed(_("tshark or pyshark failed ({error})").format(error=why))
    if _said_end(answer) is False:
        raise TsharkFailed(_("the answer of tshark is not whole"))
    return _frames(answer)


def _environment(settings: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in _ENVIRONMENT_DROPPED}
    return kept | {"WIRESHARK_CONFIG_DIR": str(settings)}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of ours stays behind, whatever happened."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _error_name(path: Path) -> str:
    """The exception that ended the child. Its text holds process numbers and temporary names, which would differ from run to run."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 8000))
        names = re.findall(rb"(?m)^(?:\w{1,40}\.){0,6}(\w{1,60}(?:Error|Exception))\b", file.read())
    return names[-1].decode() if names else ""


def _said_end(answer: Path) -> bool:
    with answer.open("rb") as file:
        file.seek(max(0, answer.stat().st_size - 200))
        return b'"end": true' in file.read()


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

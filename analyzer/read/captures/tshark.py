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
import queue
import re
import signal
import struct
import subprocess
import sys
import threading
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO

from analyzer.model.limits import Limits
from analyzer.read.captures.answer import Answer, TsharkFailed, frames, last_line
from analyzer.texts import _

_CHILD = Path(__file__).with_name("tshark_child.py")
_ENVIRONMENT_DROPPED = ("PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONINSPECT", "WIRESHARK_")
"""Beginnings of names. Wireshark takes folders of plugins from its own."""

_BLOCK_BYTES = 1 << 16


class TsharkRun:
    """tshark at work on one capture, which comes in pieces through `feed`. ``folder`` is private, ours and empty.

    ``addresses``: the addresses of each frame are asked for as well, and its data. The answer is held in memory only, as nobody knows
    what that data is. Raises `TsharkFailed` when it cannot be started. `close` ends what it started.
    """

    def __init__(self, program: Path, folder: Path, port: int, limits: Limits, *, addresses: bool = False) -> None:
        self._folder = folder
        self._limits = limits
        self._pieces: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said = bytearray()
        settings, asked = self._folder / "settings", self._folder / "request"
        self._pyshark = _pyshark_version()
        if not program.is_file():  # pyshark would look for another one
            raise TsharkFailed(_("tshark could not be started ({error})").format(error=os.strerror(errno.ENOENT)))
        request = {
            "tshark": str(program),
            "port": port,
            "addresses": addresses,
            "memory": limits.tshark_memory,
            "output": limits.tshark_answer_bytes,
        }
        try:
            settings.mkdir(mode=0o700)
            asked.write_text(json.dumps(request))
            with self._errors.open("xb") as errors:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                    [sys.executable, "-P", "-B", "-W", "ignore", str(_CHILD), str(asked)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    cwd=self._folder,
                    env=_environment(settings),
                    start_new_session=True,
                    bufsize=0,
                )
        except OSError as error:
            raise TsharkFailed(_("tshark could not be started ({error})").format(error=error.strerror)) from error
        ends = ((self._hand_over, self._process.stdin), (self._take_down, self._process.stdout))
        self._threads = [threading.Thread(target=work, args=(pipe,), daemon=True) for work, pipe in ends]
        for thread in self._threads:
            thread.start()

    def feed(self, piece: bytes) -> None:
        """The next bytes of the capture. Never waits for tshark."""
        self._pieces.put(piece)

    def answer(self, left: float) -> Answer:
        """What tshark says of each frame of the capture, which is whole now; the wall-clock time that it may take counts from here.
        Thousands of connections take about ten seconds. ``left`` are the seconds that the run still has for it. Raises `TsharkFailed`."""
        limit = self._limits.tshark_seconds
        try:
            self._pieces.put(b"")
            status = self._process.wait(min(limit, left))
        except subprocess.TimeoutExpired as error:
            told = _("tshark did not finish within {seconds} seconds (limit tshark_seconds)").format(seconds=limit)
            if left < limit:
                told = _("the tsharks of this run were waited for {seconds} seconds in all (limit tshark_run_seconds)").format(
                    seconds=self._limits.tshark_run_seconds
                )
            raise TsharkFailed(told, limited=True) from error
        finally:
            self.close()  # and with it the end of the answer is there
        self._blame_the_answer()  # also when the child was done before it could be stopped: the same capture gives the same result
        if status != 0:
            why = _error_name(self._errors) or _("status {status}").format(status=status)
            self._blame_the_memory(why)
            raise TsharkFailed(_("tshark or pyshark failed ({error})").format(error=why))
        last = last_line(self._said)
        if last is None:
            raise TsharkFailed(_("the answer of tshark is incomplete"))
        return Answer(f"tshark {last.version} (pyshark {self._pyshark})", frames(self._said))

    def _blame_the_answer(self) -> None:
        """Raise `TsharkFailed` when the answer is larger than its cap."""
        if len(self._said) >= self._limits.tshark_answer_bytes:
            told = _("tshark answered more than {size:,} bytes (limit tshark_answer_bytes)")
            raise TsharkFailed(told.format(size=self._limits.tshark_answer_bytes), limited=True)

    def _blame_the_memory(self, why: str) -> None:
        """Raise `TsharkFailed` when the cap of the memory ended the child. A tshark without memory ends itself by a signal."""
        if why == "MemoryError":
            told = _("tshark needs more than {size:,} bytes of memory (limit tshark_memory)")
            raise TsharkFailed(told.format(size=self._limits.tshark_memory), limited=True)

    def close(self) -> None:
        """Nothing of ours stays behind, whatever happened: a child that died may have left its tshark."""
        self._kill()
        self._process.wait()
        self._pieces.put(None)
        for thread in self._threads:
            thread.join()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                with contextlib.suppress(OSError):  # without it the child alone is ended
                    subprocess.run(tree_ended(self._process.pid), check=False, capture_output=True)  # noqa: S603 - a program of the system
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def _errors(self) -> Path:
        return self._folder / "errors"

    def _hand_over(self, pipe: IO[bytes]) -> None:
        """Each piece behind its length. An empty one says that the capture is whole, the end of the pipe that we are gone."""
        with contextlib.suppress(BrokenPipeError), pipe:  # it has ended already: its status says why
            while (piece := self._pieces.get()) is not None:
                for part in (struct.pack("<I", len(piece)), piece):
                    left = memoryview(part)
                    while left:
                        left = left[pipe.write(left) :]

    def _take_down(self, pipe: IO[bytes]) -> None:
        with pipe:
            while block := pipe.read(_BLOCK_BYTES):
                self._said += block
                if len(self._said) >= self._limits.tshark_answer_bytes:
                    self._kill()
                    return


def tree_ended(pid: int) -> list[str]:
    """The command of Windows that ends a process and all that it started: killing the child there leaves its tshark."""
    system = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return [f"{system}\\System32\\taskkill.exe", "/T", "/F", "/PID", str(pid)]


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

"""A wire between two boxes, made of network namespaces, and a capture taken on it. Linux, and root, only.

Addresses are those of the cast (RFC 5737). The capture is taken by tcpdump at the device's end, and its times are moved
as a whole so that it begins when the story says; what lies between the packets is real.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

PORT = 8305
_MANAGER_MAC, _DEVICE_MAC, _NOBODY_MAC = "02:00:5e:00:53:01", "02:00:5e:00:53:02", "02:00:5e:00:53:99"


def missing() -> str:
    """Why wires cannot be made here, "" if they can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root may make network namespaces and capture"
    absent = [tool for tool in ("ip", "tcpdump", "openssl") if shutil.which(tool) is None]
    return f"{', '.join(absent)} not installed" if absent else _refused()


@cache
def _refused() -> str:
    """Root in a container may not have the right: what the system says to a first try."""
    space = f"lab-try-{os.getpid()}"
    try:
        _run("ip", "netns", "add", space)
        _run("ip", "-n", space, "link", "set", "lo", "up")
        _run("ip", "netns", "exec", space, "true")
    except RuntimeError as error:
        return f"this system makes no network namespaces ({error})"
    finally:
        _delete(space)
    return ""


_SPACES = Path("/run/netns")


def _mounted() -> bool:
    mounts = Path("/proc/self/mountinfo")
    return mounts.exists() and any(line.split()[4] == str(_SPACES) for line in mounts.read_text().splitlines())


_WAS_MOUNTED = _mounted()
"""Before anything here made a network namespace. The first one mounts a folder for all of them, which ``ip netns delete`` leaves."""


def _delete(*spaces: str) -> None:
    """Delete network namespaces, and with the last one the mount that they needed. It is busy while another process has one."""
    for space in spaces:
        subprocess.run(["ip", "netns", "delete", space], capture_output=True, check=False)
    if not _WAS_MOUNTED and _mounted() and not any(_SPACES.iterdir()):
        subprocess.run(["umount", str(_SPACES)], capture_output=True, check=False)


class Wire:
    """Two namespaces and a veth pair between them; use as a context manager.

    ``manager`` and ``device`` are prefixes that run a command in one of them. Each end may have several addresses.
    """

    def __init__(self, manager_addresses: Sequence[str], device_addresses: Sequence[str]) -> None:
        self._spaces = (f"lab-fmc-{os.getpid()}", f"lab-ftd-{os.getpid()}")
        self._addresses = (tuple(manager_addresses), tuple(device_addresses))
        self.manager, self.device = (("ip", "netns", "exec", space) for space in self._spaces)

    def __enter__(self) -> Wire:
        manager, device = self._spaces
        try:
            for space in self._spaces:
                _run("ip", "netns", "add", space)
            _run("ip", "link", "add", "eth0", "netns", manager, "type", "veth", "peer", "name", "eth0", "netns", device)
            for space, mac, own, other in (
                (manager, _MANAGER_MAC, self._addresses[0], self._addresses[1]),
                (device, _DEVICE_MAC, self._addresses[1], self._addresses[0]),
            ):
                _run("ip", "-n", space, "link", "set", "eth0", "address", mac, "up")
                _run("ip", "-n", space, "link", "set", "lo", "up")
                for address in own:
                    _run("ip", "-n", space, "address", "add", f"{address}/32", "dev", "eth0")
                for address in other:
                    _run("ip", "-n", space, "route", "add", address, "dev", "eth0", "src", own[0])
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._remove()

    def lose(self, address: str) -> None:
        """From now on, what the device sends to ``address`` reaches nobody: a filter or a wrong route in between."""
        _run("ip", "-n", self._spaces[1], "neigh", "replace", address, "lladdr", _NOBODY_MAC, "nud", "permanent", "dev", "eth0")
        _run(*self.device, "sysctl", "-q", "-w", "net.ipv4.tcp_syn_retries=3")

    def connect(self, source: str, target: str) -> str:
        """A TCP connect from the device to port 8305 of ``target``, by openssl: the system's own words if it fails, "" if not."""
        command = [*self.device, "openssl", "s_client", "-bind", f"{source}:0", "-connect", f"{target}:{PORT}"]
        ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        failed = re.search(r"connect:errno=(\d+)", ran.stderr)
        return os.strerror(int(failed[1])) if failed else ""

    @contextmanager
    def captured(self, begins: datetime, *, at_manager: bool = False) -> Iterator[list[bytes]]:
        """Capture while the block runs; afterwards the list holds the pcap, whose first packet is at ``begins``."""
        got: list[bytes] = []
        prefix = self.manager if at_manager else self.device
        with tempfile.TemporaryDirectory(prefix="lab-wire-") as folder:
            file, words = Path(folder, "wire.pcap"), Path(folder, "words")
            options = ["-i", "eth0", "-n", "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w", str(file), f"tcp port {PORT}"]
            with words.open("wb") as err:
                listener = subprocess.Popen([*prefix, "tcpdump", *options], stderr=err)
            try:
                _until(lambda: "listening on" in words.read_text(), listener)
                yield got
                time.sleep(0.3)
            finally:
                listener.send_signal(signal.SIGINT)
                listener.wait(timeout=10)
            got.append(moved(file.read_bytes(), begins))

    def _remove(self) -> None:
        _delete(*self._spaces)


def moved(pcap: bytes, begins: datetime) -> bytes:
    """The capture (classic pcap, microseconds, little endian: what tcpdump writes here) with its first packet at ``begins``."""
    magic, _, _, _, _, _, _ = struct.unpack_from("<IHHiIII", pcap)
    if magic != 0xA1B2C3D4:
        raise ValueError(f"not a little endian pcap in microseconds: {magic:#x}")
    out, offset, shift = bytearray(pcap[:24]), 24, None
    while offset < len(pcap):
        seconds, micros, kept, length = struct.unpack_from("<IIII", pcap, offset)
        at = seconds * 1_000_000 + micros
        if shift is None:
            shift = int(begins.timestamp()) * 1_000_000 + begins.microsecond - at
        out += struct.pack("<IIII", (at + shift) // 1_000_000, (at + shift) % 1_000_000, kept, length)
        out += pcap[offset + 16 : offset + 16 + kept]
        offset += 16 + kept
    return bytes(out)


def _run(*command: str) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {ran.stderr.strip()}")


def _until(ready: object, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 10
    assert callable(ready)
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("tcpdump did not start")
        time.sleep(0.02)

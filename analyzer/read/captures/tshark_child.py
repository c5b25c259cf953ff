"""The program that runs pyshark, in a process of its own: its event loop, its crashes and its silences stay here.

Run by path, not imported: it uses nothing of ours. Its argument is a file, in a folder of its own, with one JSON object: ``tshark``,
``port``, ``addresses`` (whether those of each frame are asked for), ``memory`` and ``output`` (limits in bytes). Standard input brings the
capture in pieces, each behind its length in four bytes; an empty one says that it is whole. Standard output gets one JSON object per frame
that says something, and a last one with ``"end": true``; without that one the answer is not whole. When standard input closes, the caller
is gone: the folder and the one around it are removed, and this process and its tshark end at once.
"""

from __future__ import annotations

import errno
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_SISTER_SECONDS = 10


def main() -> int:
    """Read the request, print the answer. 0 when the answer is whole. Raises `MemoryError` for a tshark that had not enough."""
    asked = Path(sys.argv[1])
    pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    gone, whole = threading.Event(), threading.Event()
    listener = threading.Thread(target=_listen, args=(asked.parent.parent, pieces, gone), daemon=True)
    listener.start()
    try:
        _answer(json.loads(asked.read_bytes()), _flowing(pieces, whole), whole)
    finally:
        if gone.is_set():  # the folder is being removed, which the end of this thread would break off
            listener.join()
    return 0


def _answer(request: dict[str, Any], capture_pipe: int, whole: threading.Event) -> None:
    """Raises `MemoryError` for a tshark that had not enough."""
    try:
        _ask(request, capture_pipe)
    except Exception as error:
        if _is_for_memory(error, request["memory"]):
            raise MemoryError from error
        raise
    if not whole.is_set():
        raise ChildProcessError("tshark ended before the capture did")


def _ask(request: dict[str, Any], capture_pipe: int) -> None:
    from packaging.version import Version
    from pyshark.capture.pipe_capture import PipeCapture

    class KnownVersion(PipeCapture):  # type: ignore[misc]
        """pyshark asks tshark for its version before it starts it, which takes as long as starting it does."""

        known = _version_beside(Path(request["tshark"]))

        def _get_tshark_version(self) -> Version:
            return Version(self.known) if self.known else super()._get_tshark_version()

    _limit(request["memory"], request["output"])
    os.environ["HOME"] = os.environ["WIRESHARK_CONFIG_DIR"]  # plugins of the user, Lua among them, are looked for below it, too
    addresses, port = bool(request["addresses"]), int(request["port"])
    capture = KnownVersion(
        capture_pipe,
        use_json=True,
        display_filter=f"tcp.port == {port}" if addresses else "tls",
        decode_as={f"tcp.port=={port}": "tls"},
        override_prefs={
            "tcp.reassemble_out_of_order": "TRUE",
            "tcp.desegment_tcp_streams": "TRUE",
            "tls.desegment_ssl_records": "TRUE",
            "ip.defragment": "TRUE",
        },
        # without -J tshark writes, and pyshark reads, every field of every layer: twice the time
        custom_parameters={} if addresses else {"-J": "frame tls"},
        tshark_path=request["tshark"],
    )
    version = str(capture._get_tshark_version())

    def show(packet: Any) -> None:
        line = _frame(packet, addresses)
        if line:
            print(json.dumps(line))

    capture.eventloop.run_until_complete(_take_all(capture, show))
    print(json.dumps({"end": True, "version": version}))


def _is_for_memory(error: BaseException | None, memory: int) -> bool:
    """Python says so in several ways. tshark ends itself by a signal then, as it does for other reasons: it counts when it held half of
    what it may take."""
    if sys.platform == "win32":
        return False
    import resource

    held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", 0) == errno.ENOMEM or "can't start new thread" in str(error):
            return True
        by_signal = isinstance(error, ChildProcessError) or getattr(error, "returncode", 0) < 0
        if by_signal and held >= memory // 2:
            return True
        error = error.__cause__ or error.__context__
    return False


def _version_beside(tshark: Path) -> str:
    """What the small ``capinfos`` that is built with tshark and stands beside it says of their version; "" when it is not there."""
    sister = tshark.resolve().with_name(f"capinfos{tshark.suffix}")
    try:
        said = subprocess.run(  # noqa: S603 - the sister of the program that the caller chose
            [sister, "--version"], capture_output=True, timeout=_SISTER_SECONDS, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.match(rb"Capinfos \(Wireshark\) (\d{1,3}\.\d{1,3}\.\d{1,3})\b", said)
    return found[1].decode() if found else ""


async def _take_all(capture: Any, show: Callable[[Any], None]) -> None:
    """Every packet, and how tshark ended. Left alone, pyshark would kill a tshark that has said all before it has asked how it ended."""
    try:
        await capture.packets_from_tshark(show, close_tshark=False)
        for process in capture._running_processes:
            if await process.wait() < 0:
                raise ChildProcessError("a signal ended tshark")
    finally:
        await capture.close_async()  # raises for a tshark that failed; ends one that still runs


def _listen(folder: Path, pieces: queue.SimpleQueue[bytes], gone: threading.Event) -> None:
    """Takes every piece at once, however slow tshark is: else it would not notice that the caller is ``gone``."""
    while len(length := _read(4)) == 4:
        pieces.put(_read(int.from_bytes(length, "little")))
    gone.set()
    shutil.rmtree(folder, ignore_errors=True)
    if sys.platform == "win32":
        os._exit(1)
    os.killpg(0, signal.SIGKILL)


def _read(size: int) -> bytes:
    """So many bytes of standard input, fewer where it ends. Not through `sys.stdin`: a buffered reader that a daemon thread holds breaks
    the interpreter's end."""
    data = bytearray()
    while len(data) < size and (more := os.read(0, size - len(data))):
        data += more
    return bytes(data)


def _flowing(pieces: queue.SimpleQueue[bytes], whole: threading.Event) -> int:
    """A pipe through which the capture flows, up to its empty last piece: it is ``whole`` then. Gives the reading end."""
    reading, writing = os.pipe()

    def flow() -> None:
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            while data := pieces.get():
                while data:
                    data = data[pipe.write(data) :]
            whole.set()

    threading.Thread(target=flow, daemon=True).start()
    return reading


def _limit(memory: int, output: int) -> None:
    """Limits that tshark inherits. Windows has none of them."""
    if sys.platform == "win32":
        return
    import resource

    limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, output)]
    if sys.platform != "darwin":  # macOS refuses a limit on address space
        limits.append((resource.RLIMIT_AS, memory))
    for kind, value in limits:
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _frame(packet: Any, addresses: bool) -> dict[str, Any]:
    number = int(packet.number)
    line: dict[str, Any] = {}
    records = [_record(record) for layer in _layers(packet, "tls") for record in _many(layer.get("tls.record")) if isinstance(record, dict)]
    if records:
        line["records"] = records
    if addresses:
        segment = _segment(packet)
        if segment:
            line["segment"] = segment
    return {"frame": number, **line} if line else {}


def _layers(packet: Any, name: str) -> list[dict[str, Any]]:
    """The fields of every layer of this name: pyshark keeps a repeated layer behind the first."""
    found = [layer for layer in packet.layers if layer.layer_name == name]
    return [one._all_fields for layer in found for one in (layer, *layer.duplicate_layers)]


def _many(value: Any) -> list[Any]:
    """tshark writes one thing as itself, several as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _number(value: Any) -> int:
    first = next((item for item in _many(value) if isinstance(item, str)), "0")
    return int(first, 0) if first.startswith("0x") else int(first or "0")


def _hex(value: Any) -> str:
    return "".join(item.replace(":", "") for item in _many(value)[:1] if isinstance(item, str))


def _record(record: dict[str, Any]) -> dict[str, Any]:
    kind = record.get("tls.record.content_type", record.get("tls.record.opaque_type"))
    out: dict[str, Any] = {"kind": _number(kind), "length": _number(record.get("tls.record.length"))}
    messages = [_message(item) for item in _many(record.get("tls.handshake")) if isinstance(item, dict) and "tls.handshake.type" in item]
    if messages:
        out["messages"] = messages
    for alert in _many(record.get("tls.alert_message")):
        if isinstance(alert, dict) and "tls.alert_message.desc" in alert:
            out["alert"] = [_number(alert.get("tls.alert_message.level")), _number(alert["tls.alert_message.desc"])]
    return out


def _message(item: dict[str, Any]) -> dict[str, Any]:
    kind = _number(item["tls.handshake.type"])
    out: dict[str, Any] = {"kind": kind}
    if kind in (1, 2):
        out["session_id"] = _hex(item.get("tls.handshake.session_id"))
    if kind == 2:
        out["version"] = _number(item.get("tls.handshake.version"))
        out["cipher"] = _number(item.get("tls.handshake.ciphersuite"))
        out["extensions"] = [_number(value) for value in _find(item, "tls.handshake.extension.type")]
        out["supported"] = [_number(value) for value in _find(item, "tls.handshake.extensions.supported_version")]
    if kind == 11:
        listed = [_many(value) for value in _find(item, "tls.handshake.certificate")]
        out["chain"] = [value.replace(":", "") for values in listed for value in values if isinstance(value, str)]
    return out


def _find(item: dict[str, Any], name: str) -> Iterator[Any]:
    """Every value of a field, wherever it stands below ``item``."""
    for key, value in item.items():
        if key == name:
            yield value
        elif not key.endswith("certificate_tree"):  # what a certificate says is read from its bytes
            for below in _many(value):
                if isinstance(below, dict):
                    yield from _find(below, name)


def _segment(packet: Any) -> dict[str, Any]:
    """The innermost IP addresses around TCP, and its header."""
    layers = _layers(packet, "tcp")
    names = str(packet.frame_info._all_fields.get("frame.protocols", "")).split(":")
    if not layers or "tcp" not in names:
        return {}
    around = [name for name in names[: names.index("tcp")] if name in ("ip", "ipv6")]
    hosts = _layers(packet, around[-1]) if around else []
    if not hosts:
        return {}
    tcp, host = layers[-1], hosts[-1]
    payload = _hex(tcp.get("tcp.payload"))
    return {
        "source": str(_many(host.get(f"{around[-1]}.src"))[0]),
        "target": str(_many(host.get(f"{around[-1]}.dst"))[0]),
        "source_port": _number(tcp.get("tcp.srcport")),
        "target_port": _number(tcp.get("tcp.dstport")),
        "flags": _number(tcp.get("tcp.flags")),
        "sequence": _number(tcp.get("tcp.seq_raw")),
        "length": _number(tcp.get("tcp.len")),
        "payload": payload,
    }


if __name__ == "__main__":
    sys.exit(main())

"""Stands in for ``analyzer/read/captures/tshark_child.py`` where pyshark does not start: it runs tshark itself and reads its JSON.

Run by path. What is asked of tshark and how each frame is shown come from the program; only what pyshark does between them is done here.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

CHILD = Path(__file__).parents[3] / "analyzer" / "read" / "captures" / "tshark_child.py"


class Layer:
    """A layer of a packet, as far as the program asks for it: a repeated one holds the others."""

    def __init__(self, name: str, fields: Any) -> None:
        first, *others = fields if isinstance(fields, list) else [fields]
        self.layer_name = name
        self.duplicate_layers = [Layer(name, other) for other in others]
        self._all_fields = first if isinstance(first, dict) else {}


class Packet:
    """One element of tshark's JSON."""

    def __init__(self, layers: dict[str, Any]) -> None:
        self.frame_info = Layer("frame", layers.pop("frame"))
        self.number = int(self.frame_info._all_fields["frame.number"])
        self.layers = [Layer(name, fields) for name, fields in layers.items()]


class PipeCapture:
    """What the program uses of the class of pyshark that bears this name."""

    def __init__(self, pipe: int, **asked: Any) -> None:
        self._pipe = pipe
        self._asked = asked
        self.eventloop = self
        self._running_processes: tuple[()] = ()

    def _get_tshark_version(self) -> str:
        said = subprocess.run([self._asked["tshark_path"], "--version"], capture_output=True, text=True, check=True).stdout
        return said.split()[2]

    def _command(self) -> list[str]:
        asked = self._asked
        words = [asked["tshark_path"], "-l", "-n", "-T", "json", "-Y", asked["display_filter"], "-r", "-"]
        for name, value in asked["custom_parameters"].items():
            words += [name, value]
        for name, value in asked["override_prefs"].items():
            words += ["-o", f"{name}:{value}"]
        for criterion, protocol in asked["decode_as"].items():
            words += ["-d", f"{criterion},{protocol}"]
        return words

    async def packets_from_tshark(self, show: Any, close_tshark: bool) -> None:
        """Hand each packet to ``show``. Raises `subprocess.CalledProcessError` for a tshark that failed."""
        said = subprocess.run(self._command(), stdin=self._pipe, capture_output=True, check=True).stdout
        for packet in json.loads(said, object_pairs_hook=_repeated):
            show(Packet(packet["_source"]["layers"]))

    async def close_async(self) -> None:
        os.close(self._pipe)

    def run_until_complete(self, work: Any) -> None:
        """It never waits, so it needs no event loop."""
        try:
            work.send(None)
        except StopIteration:
            return
        raise AssertionError("something waited")


def _repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What stands under one key several times becomes a list."""
    fields: dict[str, Any] = {}
    several: set[str] = set()
    for key, value in pairs:
        if key not in fields:
            fields[key] = value
        elif key in several:
            fields[key].append(value)
        else:
            fields[key] = [fields[key], value]
            several.add(key)
    return fields


def _instead_of_pyshark() -> None:
    for name in ("pyshark", "pyshark.capture", "pyshark.capture.pipe_capture"):
        sys.modules[name] = ModuleType(name)
    sys.modules["pyshark.capture.pipe_capture"].PipeCapture = PipeCapture  # type: ignore[attr-defined]


if __name__ == "__main__":
    _instead_of_pyshark()
    spec = importlib.util.spec_from_file_location("tshark_child", CHILD)
    assert spec is not None
    assert spec.loader is not None
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    sys.exit(child.main())

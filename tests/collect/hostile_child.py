"""Reads each given folder in a process of its own that keeps watch over itself; prints what came of each as JSON.

Every call that would change the file system is noted (an audit hook), so is every file that is opened; the peak of resident memory is
measured folder by folder where the system tells it (Linux).
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.gather import gather
from analyzer.model.log import LogEvent
from analyzer.read.context import ReadContext
from tests.collect.hostile_corpus import LIMITS

CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.link", "os.symlink", "os.rmdir", "os.chmod", "os.truncate"}
STATUS = Path("/proc/self/status")


def main(folders: list[str]) -> None:
    """One result per folder."""
    changed: list[str] = []
    opened: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            (changed if writes else opened).append(str(path))
        elif event in CHANGES or event.startswith(("subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "tempfile.", "socket.")):
            changed.append(f"{event} {arguments!r:.200}")

    for opener in ("ahead", "decode", "tar", "zip_directory", "zip_forward", "documents.parts", "documents.office", "documents.compound"):
        importlib.import_module(f"analyzer.collect.{opener}")
    gather(folders[:1], ReadContext(datetime(2026, 11, 23, tzinfo=UTC)), lambda _: None)  # everything is imported before the watch begins
    "".encode("cp437")  # the codec of zip names too
    sys.addaudithook(watch)
    results = []
    for folder in folders:
        before, started = peak(reset=True), time.process_time()
        changed.clear()
        opened.clear()
        read = gather([folder], ReadContext(datetime(2026, 11, 23, tzinfo=UTC), limits=LIMITS), lambda _: None)
        results.append(
            {
                "logs": [fact.evidence.location.source for fact in read.facts if isinstance(fact, LogEvent)],
                "damage": [(damage.location.source, damage.kind, damage.reason) for damage in read.incomplete],
                "artifacts": [artifact.path for artifact in read.artifacts],
                "changed": list(changed),
                "opened": [path for path in opened if not path.isdigit() and path != str(STATUS)],
                "seconds": time.process_time() - started,
                "memory": peak() - before,
            }
        )
    json.dump(results, sys.stdout)


def peak(*, reset: bool = False) -> int:
    """The peak of resident memory in bytes since the last reset, 0 where it is not told."""
    if not STATUS.exists():
        return 0
    if reset:
        descriptor = os.open("/proc/self/clear_refs", os.O_WRONLY)
        os.write(descriptor, b"5")
        os.close(descriptor)
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


if __name__ == "__main__":
    main(sys.argv[1:])
